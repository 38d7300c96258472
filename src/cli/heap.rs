//! The heap of a hub, whose threads pass on what they make.

use std::convert::Infallible;
use std::time::Duration;

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

/// Memory that is free goes back to the system so often.
const EVERY: Duration = Duration::from_mins(1);

/// From time to time give back what is free between what is used: by itself the C library gives back only what is free at a
/// heap's end, so that one busy hour (all sensors sealed while a screen looks back at them) would be paid for ever after.
pub(crate) async fn give_back() -> Infallible {
    loop {
        tokio::time::sleep(EVERY).await;
        trim();
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn trim() {
    #[expect(unsafe_code, reason = "a call of the C library that takes a number and touches only what nobody uses")]
    // Whether there was anything to give back.
    let _: std::ffi::c_int = unsafe { libc::malloc_trim(0) };
}

/// Other heaps decide for themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn share() {}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() {}
