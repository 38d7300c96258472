//! Memory that is freed and asked for again every frame stays with the process.

/// What the heap keeps at its end rather than giving it back, bytes: more than a frame of a great city takes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: std::ffi::c_int = 128 << 20;

/// A software driver frees a frame's triangles at its end and asks for them in the next: a heap that gives such memory
/// back to the system each time pays for every page anew, up to a sixth of all processor time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn keep_freed() {
    #[expect(unsafe_code, reason = "a call of the C library that takes two numbers and changes none of its promises")]
    let done = unsafe { libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT) };
    if done == 0 {
        bevy::log::warn!("the heap keeps its own rules: frames of a software driver cost more");
    }
}

/// Other heaps decide for themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn keep_freed() {}
