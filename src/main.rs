//! `hall`: the command line, and the one place where hub and screens meet.
//!
//! Data goes to standard output, messages to standard error. The exit status is 0 when all went
//! well, 1 when something failed, 2 when the command line or the configuration is wrong.

mod cli;
#[cfg(feature = "desktop")]
#[path = "cli/desktop/mod.rs"]
mod desktop;
#[cfg(not(feature = "desktop"))]
#[path = "cli/no_desktop.rs"]
mod desktop;

use std::process::ExitCode;

use clap::Parser;

use cli::args::{Args, Bench, Command, Config};
use cli::say;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(args) {
        Ok(code) => code,
        Err(error) => say::failure(&error),
    }
}

fn run(args: Args) -> anyhow::Result<ExitCode> {
    // Settings that are wrong are among what it tells.
    if let Some(Command::Check(check)) = &args.command {
        return Ok(cli::check::run(&args, check));
    }
    let settings = cli::surroundings::settings(&args)?;
    let token_file = args.token_file.clone();
    let token_file = token_file.as_deref();
    say::start_log(settings.log())?;
    match args.command {
        None => desktop::open(&settings, token_file)?,
        Some(Command::Hub(hub)) => cli::hub::serve(&settings, &hub)?,
        Some(Command::Import(import)) => cli::city::import(&import)?,
        Some(Command::DemoCity(demo)) => cli::city::demo(&demo)?,
        Some(Command::Sim(sim)) => cli::sim::run(&settings, &sim, token_file)?,
        Some(Command::Feed(feed)) => cli::feed::play(&settings, &feed, token_file)?,
        Some(Command::ReplaySeries(series)) => cli::series::play(&settings, &series, token_file)?,
        Some(Command::ExportReadings(export)) => cli::export::run(&settings, &export, token_file)?,
        Some(Command::Shot(shot)) => desktop::shot(&settings, &shot, token_file)?,
        Some(Command::Bench(Bench::Twin(bench))) => desktop::bench_twin(&settings, &bench)?,
        Some(Command::Bench(Bench::Pins(bench))) => desktop::bench_pins(&settings, &bench)?,
        Some(Command::Bench(Bench::Heatmap(bench))) => desktop::bench_heatmap(&settings, &bench)?,
        Some(Command::Bench(Bench::Rows(bench))) => desktop::bench_rows(&settings, &bench)?,
        Some(Command::Bench(Bench::Import(bench))) => cli::bench::import(&bench)?,
        Some(Command::Bench(Bench::Orders(bench))) => cli::bench::orders(&bench)?,
        Some(Command::Bench(Bench::Crash(bench))) => cli::bench::crash(&bench)?,
        Some(Command::Bench(Bench::Fold(bench))) => cli::bench::fold(&bench)?,
        Some(Command::Bench(Bench::Search(bench))) => cli::bench::search(&bench)?,
        Some(Command::Bench(Bench::Soak(bench))) => cli::bench::soak(&settings, &bench)?,
        Some(Command::Bench(Bench::Readings(bench))) => cli::readings::intake(&bench)?,
        Some(Command::Bench(Bench::LatestAt(bench))) => cli::readings::latest_at(&bench)?,
        Some(Command::Bench(Bench::Series(bench))) => cli::readings::series(&bench)?,
        Some(Command::Bench(Bench::Alarms(bench))) => cli::readings::alarms(&bench)?,
        Some(Command::Bench(Bench::Vitals(bench))) => cli::readings::vitals(&bench)?,
        Some(Command::Bench(Bench::Mqtt(bench))) => cli::readings::mqtt(&bench)?,
        Some(Command::Bench(Bench::Sim(bench))) => cli::bench::sim(&settings, &bench)?,
        Some(Command::Bench(Bench::Propose(bench))) => cli::bench::propose(&settings, &bench)?,
        Some(Command::Bench(Bench::Rank(bench))) => cli::bench::rank(&settings, &bench)?,
        Some(Command::Bench(Bench::Fanout(bench))) => cli::bench::fanout(&bench)?,
        Some(Command::Doctor(doctor)) => return Ok(cli::doctor::examine(&settings, &doctor)),
        // It is done already.
        Some(Command::Check(_)) => {}
        Some(Command::Reload(reload)) => return cli::reload::run(&settings, &reload, token_file),
        Some(Command::User(user)) => cli::user::run(&settings, &user)?,
        Some(Command::SignIn(sign_in)) => cli::token::sign_in(&settings, &sign_in, token_file)?,
        Some(Command::SignOut(sign_out)) => cli::token::sign_out(&settings, &sign_out, token_file)?,
        Some(Command::Audit(audit)) => return cli::audit::run(&settings, &audit),
        Some(Command::Config(Config::Show(show))) => cli::config::show(&settings, &show),
    }
    Ok(ExitCode::SUCCESS)
}
