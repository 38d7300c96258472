//! The link of a screen: to a hub in this process, or to one that is far.

use std::path::Path;
use std::sync::Arc;

use command_hall::config::Settings;
use command_hall::feeds::sim::SimOptions;
use command_hall::ground::City;
use command_hall::hub::{self, Hub};
use command_hall::link::{DESK_SEAT, Link, LinkOptions, Secret};

use crate::cli::hub::{Day, PAST_HOURS, bring_to_life, data, day, options};
use crate::cli::{cure, reload, surroundings, token};

/// A link and, where it is in this process, the hub it leads to.
pub(crate) struct Linked {
    pub(crate) link: Link,
    hub: Option<Hub>,
}

impl Linked {
    /// Stop what was started here.
    pub(crate) fn close(self) {
        drop(self.link);
        if let Some(hub) = self.hub {
            hub.shutdown();
        }
    }
}

/// Link to the hub that was asked for, or start one in this process.
pub(crate) fn link(settings: &Settings, city: &Arc<City>, token_file: Option<&Path>) -> anyhow::Result<Linked> {
    let as_seat = LinkOptions { seat: seat(settings).to_owned(), ..LinkOptions::default() };
    if let Some(url) = settings.connect() {
        let as_seat = LinkOptions { token: token::find(token_file, url)?.map(Secret), ..as_seat };
        let link = Link::connect(surroundings::transport(settings, url)?, as_seat)?;
        return Ok(Linked { link, hub: None });
    }
    let demo = settings.city().is_none();
    let made_up = demo && settings.alive();
    let lived = if made_up { Day::MadeUp(None) } else { Day::Real };
    let hub_options = options(settings, data(settings, demo)?, lived, demo);
    let mut hub_options = hub::HubOptions { city: Some(Arc::clone(city)), ..hub_options };
    let hub = match hub::start(hub_options.clone()) {
        Ok(hub) => hub,
        Err(hub::HubError::Listen { at, cause }) => {
            tracing::warn!("cannot listen at {at} ({cause}): other screens cannot connect to this hall");
            hub_options.listen = None;
            hub::start(hub_options).map_err(cure::hub)?
        }
        Err(other) => return Err(cure::hub(other)),
    };
    let api = hub.addr().map(|at| reload::over_http(&crate::cli::hub::url(&hub, at))).unwrap_or_default();
    crate::cli::hub::tell_set_up(&hub, &api);
    let link = Link::connect(hub.embedded_transport(), as_seat)?;
    if made_up {
        let day = SimOptions { past_hours: PAST_HOURS, ..day(settings.seed(), hub.intake().clock().now()) };
        bring_to_life(settings, &hub, Arc::clone(city), day)?;
    }
    Ok(Linked { link, hub: Some(hub) })
}

fn seat(settings: &Settings) -> &'static str {
    if settings.wall() { "wall" } else { DESK_SEAT }
}
