use command_hall::domain::{Moment, Refusal, Sky, Weather};
use command_hall::wire::Control;

use crate::kit::{Screen, TestHub};

#[test]
fn only_a_demo_hub_lets_its_time_be_moved() {
    let hub = TestHub::start();
    let mut screen = Screen::at(hub.addr());
    screen.until_live();
    screen.until("the clock", |s| s.clock.is_some_and(|c| c.rate == 1 && !c.demo));
    screen.link.control(Control::Speed(60));
    screen.until("a refusal", |s| s.refused == [Refusal::NotADemo]);
    assert_eq!(hub.hub().intake().clock().rate(), 1);

    let weather = Weather { sky: Sky::Snow, intensity: 3, temperature_dc: -80, wind_mps: 7, rain_mm_h: 12 };
    hub.hub().intake().take_controls(move |control| match control {
        Control::Weather(Some(asked)) if asked == weather => Ok(()),
        _ => Err(Refusal::ReasonMissing),
    });
    screen.until("a demo", |s| s.clock.is_some_and(|c| c.demo));
    screen.link.control(Control::Weather(Some(weather)));
    screen.link.control(Control::Script("none".to_owned()));
    screen.until("the second is refused", |s| s.refused.len() == 2);
    screen.link.control(Control::Speed(601));
    screen.until("too fast", |s| matches!(s.refused.get(2), Some(Refusal::Unusable { field, .. }) if field == "speed"));
}

#[test]
fn facts_are_known_at_the_hubs_time_at_any_speed() {
    let hub = TestHub::start();
    let mut screen = Screen::at(hub.addr());
    screen.until_live();
    hub.hub().intake().take_controls(|_| Ok(()));
    let start = hub.hub().intake().clock().now();
    screen.link.control(Control::Speed(600));
    screen.until("the speed", |s| s.clock.is_some_and(|c| c.rate == 600));
    hub.pass_millis(1_000);
    screen.order(command_hall::domain::Order::TellWeather { weather: Weather::default() });
    screen.until_seq(1);
    assert_eq!(screen.hall.weather(), Some(Weather::default()));
    let passed = |hub: &TestHub| hub.hub().intake().clock().now().0 - start.0;
    assert_eq!(passed(&hub), 600_000);
    screen.link.control(Control::Speed(0));
    screen.until("a stop", |s| s.clock.is_some_and(|c| c.rate == 0 && c.hub == Moment(start.0 + 600_000)));
    hub.pass_millis(50_000);
    assert_eq!(passed(&hub), 600_000);
}
