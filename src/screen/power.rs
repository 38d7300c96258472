//! No frame without a reason: the window sleeps until input, news, an animation or the clock wakes it.
//!
//! Three things would keep it awake and are handled here: egui repaints on any event and `bevy_egui` sends
//! `ModifiersChanged` every frame; the link's news arrive on other threads; and the clock on screen shows
//! minutes, so it ticks once a minute, on the minute. Where the tier of quality has waves and rain move, they wake it
//! at their own slow pace.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use bevy::prelude::*;
use bevy::winit::{EventLoopProxyWrapper, UpdateMode, WinitSettings, WinitUserEvent};
use bevy_egui::{EguiInput, EguiPreUpdateSet};

use super::shown::HubLink;
use super::tour::TourWakes;
use super::twin::Moving;

/// Sleeps between reasons to draw; needs [`HubLink`] and, for waking, `WinitPlugin`.
pub fn plugin(app: &mut App) {
    let asleep = UpdateMode::reactive_low_power(Duration::MAX);
    app.insert_resource(WinitSettings { focused_mode: asleep, unfocused_mode: asleep })
        .init_resource::<TourWakes>()
        .add_systems(PostUpdate, pace.run_if(resource_exists::<Moving>))
        .add_systems(Startup, wake_on_news)
        .add_systems(Startup, (tick_on_the_minute, heed_interrupt))
        .add_systems(First, leave_when_interrupted);
    drop_idle_events(app);
}

/// Wakes at the pace of what moves by itself, and for the next stop of a tour.
fn pace(moving: Res<Moving>, tour: Res<TourWakes>, mut settings: ResMut<WinitSettings>) {
    if !moving.is_changed() && !tour.is_changed() {
        return;
    }
    let next = moving.0.into_iter().chain(tour.0).min();
    let mode = UpdateMode::reactive_low_power(next.unwrap_or(Duration::MAX));
    settings.focused_mode = mode;
    settings.unfocused_mode = mode;
}

/// Drops `ModifiersChanged` events that change nothing, before egui takes them for a reason to repaint.
pub fn drop_idle_events(app: &mut App) {
    app.add_systems(
        PreUpdate,
        drop_unchanged_modifiers.after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass),
    );
}

fn drop_unchanged_modifiers(
    mut inputs: Query<(Entity, &mut EguiInput)>,
    mut last: Local<bevy::ecs::entity::EntityHashMap<egui::Modifiers>>,
) {
    for (context, mut input) in &mut inputs {
        let last = last.entry(context).or_default();
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(now) => std::mem::replace(last, *now) != *now,
            _ => true,
        });
    }
}

/// Ctrl+C was pressed where the hall was started.
#[derive(Resource)]
struct Interrupted(Arc<AtomicBool>);

/// Ctrl+C ends the hall as the window's button does, also where a shell that started it in the background told it
/// to ignore Ctrl+C. A sleeping window is woken for it.
fn heed_interrupt(mut commands: Commands, proxy: Res<EventLoopProxyWrapper>) -> Result {
    let proxy = (*proxy).clone();
    let interrupted = Arc::new(AtomicBool::new(false));
    commands.insert_resource(Interrupted(Arc::clone(&interrupted)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("hall-interrupt".into()).spawn(move || {
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.store(true, Ordering::Relaxed);
                let _ = proxy.send_event(WinitUserEvent::WakeUp);
            }
        });
    })?;
    Ok(())
}

fn leave_when_interrupted(interrupted: Option<Res<Interrupted>>, mut exit: MessageWriter<AppExit>) {
    if interrupted.is_some_and(|interrupted| interrupted.0.load(Ordering::Relaxed)) {
        exit.write(AppExit::Success);
    }
}

fn wake_on_news(link: Res<HubLink>, proxy: Res<EventLoopProxyWrapper>) {
    let proxy = (*proxy).clone();
    link.0.on_news(move || {
        let _ = proxy.send_event(WinitUserEvent::WakeUp);
    });
}

/// Stops the ticking thread when the app is dropped.
#[derive(Resource)]
struct Ticker(#[expect(dead_code, reason = "dropping it ends the thread")] SyncSender<()>);

fn tick_on_the_minute(mut commands: Commands, proxy: Res<EventLoopProxyWrapper>) -> Result {
    let proxy = (*proxy).clone();
    let (alive, ended): (_, Receiver<()>) = sync_channel(1);
    std::thread::Builder::new().name("hall-clock".into()).spawn(move || {
        loop {
            #[expect(clippy::disallowed_methods, reason = "the clock on screen is the wall clock's")]
            let into_minute = chrono::Utc::now().timestamp_millis().rem_euclid(60_000).unsigned_abs();
            match ended.recv_timeout(Duration::from_millis(60_005 - into_minute)) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
            if proxy.send_event(WinitUserEvent::WakeUp).is_err() {
                return;
            }
        }
    })?;
    commands.insert_resource(Ticker(alive));
    Ok(())
}
