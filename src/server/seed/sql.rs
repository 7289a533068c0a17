//! What only the seed writes: sessions as they were years into use, which no form could make.

use crate::server::store::statements::statements;

statements! {
    /// A session, on sale, whenever it is.
    SEED_SESSION = "INSERT INTO session (id, site_id, host_id, division_id, slug, topic, description, lang, status, listing, starts_wall, \
        time_zone, starts_at, ends_at, duration_minutes, capacity, seats_taken, fee_minor, currency, require_registration, \
        expected_computers, audio, expected_teleconference, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'scheduled', $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, $18, $19, $20, $21, 1, $22, $22)";
    /// Where it stands today.
    SEED_SESSION_STATUS = "UPDATE session SET status = $2, opened_at = $3, closed_at = $4 WHERE id = $1";
    /// A question of a registration form.
    SEED_QUESTION = "INSERT INTO session_question (id, session_id, position, label, kind, required, options) VALUES ($1, $2, $3, $4, $5, $6, $7)";
}
