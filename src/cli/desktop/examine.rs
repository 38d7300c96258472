//! What `hall doctor` asks of a machine that is to draw.

use command_hall::config::Settings;
use command_hall::screen::offscreen;

use crate::cli::doctor::Check;

/// The display server, or what to do without one.
pub(crate) fn display() -> Result<String, String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the display server is found by its variables, as every program does"
    )]
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(name) = set("WAYLAND_DISPLAY") {
        return Ok(format!("Wayland ({name})"));
    }
    if let Some(name) = set("DISPLAY") {
        return Ok(format!("X11 ({name})"));
    }
    if cfg!(not(target_os = "linux")) {
        return Ok("the system's own".to_owned());
    }
    Err("there is no display (neither WAYLAND_DISPLAY nor DISPLAY is set): start from a desktop session, or use \
         `hall shot` for pictures and `hall hub` to serve other screens"
        .to_owned())
}

pub(crate) fn checks(settings: &Settings) -> Vec<Check> {
    let adapter = match offscreen::adapter() {
        Some(adapter) if adapter.software => Check::warn(
            "graphics",
            adapter.words,
            "drawn by the processor: fine for a look; for a wall install the driver of the graphics card",
        ),
        Some(adapter) => Check::ok("graphics", adapter.words),
        None => Check::fail("graphics", "no adapter", "install a Vulkan driver: `make setup` on Debian and Ubuntu"),
    };
    let display = match display() {
        Ok(found) => Check::ok("display", found),
        Err(_) => Check::warn("display", "none", "no window can open here; `hall shot` and `hall hub` work without"),
    };
    let fonts = Check::ok("fonts", "Noto Sans SC is built in");
    let super::quality::Found { quality, how } = super::quality::find(settings);
    let quality = Check::ok("quality", format!("{} ({how}); another with `screen.quality`", quality.word()));
    vec![adapter, quality, display, fonts]
}
