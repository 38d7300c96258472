//! Passwords and tokens: drawn, hashed, compared. What is kept of either is a hash.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::audit::{Hash, hex};

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in bytes.
pub const PASSWORD_MAX: usize = 1000;

/// The system gave no random bytes, or a password cannot be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoSecret;

/// A new token: 256 random bits as 64 hexadecimal digits.
///
/// # Errors
/// [`NoSecret`].
pub fn draw() -> Result<String, NoSecret> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoSecret)?;
    Ok(hex(&bytes))
}

/// What is kept of a token. It has 256 random bits, so a plain hash cannot be guessed back.
#[must_use]
pub fn hash_of(token: &str) -> Hash {
    let mut hash = Hash::default();
    hash.copy_from_slice(digest(&SHA256, token.trim().as_bytes()).as_ref());
    hash
}

/// What is kept of a password: argon2id with a salt of its own. Takes tens of milliseconds and 19 MiB, on purpose.
///
/// # Errors
/// [`NoSecret`].
pub fn hash_password(password: &str) -> Result<String, NoSecret> {
    let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| NoSecret)
}

/// Whether a password is the one that `kept` is of. Without `kept` it takes as long and is no.
#[must_use]
pub fn is_password(password: &str, kept: Option<&str>) -> bool {
    /// Of a password that nobody has.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(parsed) = PasswordHash::new(kept.unwrap_or(NOBODY)) else { return false };
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    right && kept.is_some()
}
