//! Outside data in: files and the demo.
