//! No frame without a reason: the window sleeps until input, news, an animation or the clock wakes it.
//!
//! Four things would keep it awake and are handled here: egui repaints on any event and `bevy_egui` sends
//! `ModifiersChanged` every frame; `bevy_egui` takes a frame that egui asks for later (a caret that blinks, a tooltip, a
//! panel that counts seconds) for one that is asked for now; the link's news arrive on other threads, some of them where
//! crews are, several times a second; and the clock on screen shows minutes, so it ticks once a minute, on the minute. Where the tier of quality has waves and rain move,
//! they wake it at their own slow pace.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use bevy::ecs::message::MessageCursor;
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy::winit::{EventLoopProxyWrapper, UpdateMode, WinitSettings, WinitUserEvent};
use bevy_egui::{EguiFullOutput, EguiInput, EguiPostUpdateSet, EguiPreUpdateSet};

use super::shown::HubLink;
use super::twin::Moving;
use super::twin::quality::Quality;
use crate::link::Hurry;

/// Draw again when so long has passed since this frame began. Who writes it repeats it in every frame until then.
#[derive(Message, Debug, Clone, Copy, PartialEq, Eq)]
pub struct WakeAfter(pub Duration);

/// Sleeps between reasons to draw; needs [`HubLink`] and, for waking, `WinitPlugin`.
pub fn plugin(app: &mut App) {
    let asleep = UpdateMode::reactive_low_power(Duration::MAX);
    app.insert_resource(WinitSettings { focused_mode: asleep, unfocused_mode: asleep })
        .init_resource::<Moving>()
        .add_systems(Startup, (wind_clock, heed_interrupt))
        .add_systems(First, leave_when_interrupted);
    drop_idle_events(app);
    wake_when_due(app);
}

/// What the thread is told that wakes the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tick {
    /// A frame was made.
    Frame {
        /// When the next one is due, if nothing else asks for one.
        due: Option<Instant>,
        /// When the next one is due if there are [`Tick::News`].
        news: Option<Instant>,
    },
    /// There are news that wait for the next frame.
    News,
}

/// Ends the waking thread when the app is dropped.
#[derive(Resource)]
struct Clock(SyncSender<Tick>);

/// What was asked for in this frame, as seen before `bevy_egui` looked at it.
#[derive(Resource, Default)]
struct Asked {
    redraws: MessageCursor<RequestRedraw>,
    /// Somebody other than egui wants the next frame at once.
    redraw: bool,
    /// The earliest that egui wants, [`Duration::MAX`] for nothing.
    egui: Duration,
}

fn wake_when_due(app: &mut App) {
    app.init_resource::<Asked>()
        .add_message::<RequestRedraw>()
        .add_message::<WakeAfter>()
        .add_systems(PostUpdate, note_asked.after(EguiPostUpdateSet::EndPass).before(EguiPostUpdateSet::ProcessOutput))
        .add_systems(PostUpdate, (heed_delay, set_clock).chain().after(EguiPostUpdateSet::ProcessOutput));
}

fn note_asked(outputs: Query<&EguiFullOutput>, redraws: Res<Messages<RequestRedraw>>, mut asked: ResMut<Asked>) {
    asked.redraw = asked.redraws.read(&redraws).count() > 0;
    let delays = outputs.iter().filter_map(|output| output.0.as_ref());
    let delays = delays.flat_map(|output| output.viewport_output.values().map(|viewport| viewport.repaint_delay));
    asked.egui = delays.min().unwrap_or(Duration::MAX);
}

/// Takes back the frame that `bevy_egui` asks for at once where egui wants one later.
fn heed_delay(mut redraws: ResMut<Messages<RequestRedraw>>, mut asked: ResMut<Asked>) {
    if !asked.egui.is_zero() && asked.egui < Duration::MAX {
        redraws.clear();
        if asked.redraw {
            redraws.write(RequestRedraw);
        }
    }
    asked.redraws.clear(&redraws);
}

fn set_clock(
    (asked, moving): (Res<Asked>, Res<Moving>),
    mut wakes: MessageReader<WakeAfter>,
    time: Res<Time<Real>>,
    (clock, quality): (Option<Res<Clock>>, Option<Res<Quality>>),
) {
    let Some(clock) = clock else { return };
    let egui = (!asked.egui.is_zero()).then_some(asked.egui);
    let wait = egui.into_iter().chain(moving.0).chain(wakes.read().map(|wake| wake.0)).min();
    let began = time.last_update();
    let due = wait.zip(began).and_then(|(wait, began)| began.checked_add(wait));
    let news = began.map(|began| began + quality.as_deref().copied().unwrap_or(Quality::Software).means().crews);
    // Fails only while the app ends.
    let _ = clock.0.send(Tick::Frame { due, news });
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

/// Wakes the window on the minute, for news, and when a frame is due.
fn wind_clock(mut commands: Commands, link: Res<HubLink>, proxy: Res<EventLoopProxyWrapper>) -> Result {
    let (clock, ticks) = sync_channel(1);
    let (at_once, later) = ((*proxy).clone(), clock.clone());
    link.0.on_news(move |hurry| match hurry {
        Hurry::Now => drop(at_once.send_event(WinitUserEvent::WakeUp)),
        // Fails only while the app ends.
        Hurry::Soon => drop(later.send(Tick::News)),
    });
    let proxy = (*proxy).clone();
    std::thread::Builder::new()
        .name("hall-clock".into())
        .spawn(move || run_clock(&ticks, || proxy.send_event(WinitUserEvent::WakeUp).is_ok()))?;
    commands.insert_resource(Clock(clock));
    Ok(())
}

fn run_clock(ticks: &Receiver<Tick>, wake: impl Fn() -> bool) {
    let (mut due, mut news): (Option<Instant>, Option<Instant>) = (None, None);
    loop {
        #[expect(clippy::disallowed_methods, reason = "the clock on screen is the wall clock's")]
        let into_minute = chrono::Utc::now().timestamp_millis().rem_euclid(60_000).unsigned_abs();
        let minute = Duration::from_millis(60_005 - into_minute);
        let wait = due.map_or(minute, |due| minute.min(due.saturating_duration_since(Instant::now())));
        match ticks.recv_timeout(wait) {
            Ok(Tick::Frame { due: next, news: next_news }) => (due, news) = (next, next_news),
            Ok(Tick::News) => due = due.into_iter().chain(news).min(),
            Err(RecvTimeoutError::Timeout) => {
                // The frame that comes now sets it anew.
                due = None;
                if !wake() {
                    return;
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use bevy_egui::egui;

    use super::*;

    /// An app whose panels ask egui for their next frame after `panel`, with `bevy_egui`'s answer to that.
    fn app(panel: Option<Duration>, others: bool) -> App {
        let mut app = App::new();
        app.init_resource::<Moving>().init_resource::<Time<Real>>();
        wake_when_due(&mut app);
        app.configure_sets(PostUpdate, (EguiPostUpdateSet::EndPass, EguiPostUpdateSet::ProcessOutput).chain());
        let ctx = app.world_mut().spawn(EguiFullOutput::default()).id();
        let egui = egui::Context::default();
        let end = move |mut outputs: Query<&mut EguiFullOutput>| {
            let mut output = egui.run_ui(egui::RawInput::default(), |ui| {
                if let Some(after) = panel {
                    ui.request_repaint_after(after);
                }
            });
            output.textures_delta.clear();
            if let Ok(mut kept) = outputs.get_mut(ctx) {
                kept.0 = Some(output);
            }
        };
        let process = |mut outputs: Query<&mut EguiFullOutput>, mut redraws: MessageWriter<RequestRedraw>| {
            for mut output in &mut outputs {
                let ended = output.0.take();
                let delays = ended.iter().flat_map(|ended| ended.viewport_output.values());
                if delays.map(|viewport| viewport.repaint_delay).min().is_some_and(|delay| delay < Duration::MAX) {
                    redraws.write(RequestRedraw);
                }
            }
        };
        let other = move |mut redraws: MessageWriter<RequestRedraw>| {
            if others {
                redraws.write(RequestRedraw);
            }
        };
        app.add_systems(First, |mut messages: ResMut<Messages<RequestRedraw>>| messages.update())
            .add_systems(First, |mut time: ResMut<Time<Real>>| time.update())
            .add_systems(Update, other)
            .add_systems(PostUpdate, end.in_set(EguiPostUpdateSet::EndPass))
            .add_systems(PostUpdate, process.in_set(EguiPostUpdateSet::ProcessOutput));
        app
    }

    /// Whether the window would be drawn again at once, after some frames in which egui settled.
    fn draws_on(app: &mut App) -> bool {
        for _ in 0..5 {
            app.update();
        }
        let redraws = app.world().resource::<Messages<RequestRedraw>>();
        MessageCursor::default().read(redraws).count() > 0
    }

    #[test]
    fn a_frame_asked_for_later_is_not_drawn_at_once() {
        assert!(!draws_on(&mut app(None, false)));
        assert!(draws_on(&mut app(Some(Duration::ZERO), false)));
        assert!(!draws_on(&mut app(Some(Duration::from_secs(1)), false)));
        assert!(draws_on(&mut app(Some(Duration::from_secs(1)), true)));
    }

    #[test]
    fn the_clock_is_set_for_the_earliest() {
        let (clock, ticks) = sync_channel(1);
        let mut app = app(Some(Duration::from_secs(40)), false);
        app.insert_resource(Clock(clock));
        let due = |app: &mut App| {
            app.update();
            let began = app.world().resource::<Time<Real>>().last_update();
            let Some(Tick::Frame { due, .. }) = ticks.try_iter().last() else { return None };
            due.zip(began).map(|(due, began)| due - began)
        };
        for _ in 0..5 {
            due(&mut app);
        }
        let secs = |due: Option<Duration>| due.map(|due| due.as_secs());
        // egui takes off the time it expects a frame to take.
        assert_eq!(secs(due(&mut app)), Some(39));
        app.add_systems(Update, |mut wakes: MessageWriter<WakeAfter>| {
            wakes.write(WakeAfter(Duration::from_secs(30)));
            wakes.write(WakeAfter(Duration::from_secs(20)));
        });
        assert_eq!(secs(due(&mut app)), Some(20));
        app.insert_resource(Moving(Some(Duration::from_secs(10))));
        assert_eq!(secs(due(&mut app)), Some(10));
    }

    /// How often the clock woke the window, told `told` and then left alone for a moment.
    fn woken(told: &[Tick]) -> usize {
        let (clock, ticks) = sync_channel(1);
        let woken = &AtomicUsize::new(0);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                run_clock(&ticks, || {
                    woken.fetch_add(1, Ordering::Relaxed);
                    true
                });
            });
            for tick in told {
                assert!(clock.send(*tick).is_ok());
            }
            let begun = Instant::now();
            while woken.load(Ordering::Relaxed) == 0 && begun.elapsed() < Duration::from_millis(300) {
                std::thread::yield_now();
            }
            drop(clock);
        });
        woken.load(Ordering::Relaxed)
    }

    #[test]
    fn the_clock_wakes_when_a_frame_is_due_or_news_have_waited_and_ends_with_the_app() {
        let (now, far) = (Instant::now(), Instant::now() + Duration::from_hours(1));
        assert!(woken(&[Tick::Frame { due: Some(now), news: None }]) > 0);
        assert!(woken(&[Tick::Frame { due: Some(far), news: Some(now) }, Tick::News]) > 0);
        // A minute may begin meanwhile, so that what does not wake is tried twice.
        let sleeps = [Tick::Frame { due: Some(far), news: Some(now) }];
        assert!(woken(&sleeps).min(woken(&sleeps)) == 0);
    }
}
