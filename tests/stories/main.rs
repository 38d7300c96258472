//! Stories of the screens, told through the engine without a window.

mod panels;
mod pins;
