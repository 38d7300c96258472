//! Where one looks: scale bar, north arrow, coordinates under the pointer, and whose data the map is.
//!
//! [`panel::compass_ui`] is put into the desk's status bar; it reads [`CityView`](crate::screen::shown::CityView).

pub mod model;
pub mod panel;
