//! The heap of a hub, whose threads pass on what they make.

/// Heaps that all threads share.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: std::ffi::c_int = 2;

/// Of the C library each thread has a heap of its own, which keeps for itself what others freed of it: over a week that
/// comes to half as much memory again as a hub needs. To be called before it has threads.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn share() {
    #[expect(unsafe_code, reason = "a call of the C library that takes two numbers and changes none of its promises")]
    let done = unsafe { libc::mallopt(libc::M_ARENA_MAX, HEAPS) };
    if done == 0 {
        tracing::warn!("the heap keeps its own rules: the hub takes more memory");
    }
}

/// Other heaps decide for themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn share() {}
