-- The foundation: who, what is sold, what was promised, what was paid, and the trail of all of it.
-- Money is minor units plus a currency; instants are microseconds since 1970 UTC; ids are uuid v7 made by the program.
-- The two folders hold the same statements in each engine's types.

CREATE TABLE site (
    id               BLOB PRIMARY KEY,
    host             TEXT NOT NULL UNIQUE,
    is_default       INTEGER NOT NULL,
    name             TEXT NOT NULL,
    seller           TEXT NOT NULL,
    support_email    TEXT,
    refund_policy    TEXT NOT NULL,
    terms_version    TEXT NOT NULL,
    currency         TEXT CHECK (LENGTH(currency) = 3),
    merchant_country TEXT CHECK (LENGTH(merchant_country) = 2),
    lang             TEXT NOT NULL,
    time_zone        TEXT NOT NULL,
    test_mode        INTEGER NOT NULL,
    tax_name         TEXT,
    tax_hundredths   INTEGER CHECK (tax_hundredths BETWEEN 0 AND 10000),
    tax_mode         TEXT CHECK (tax_mode IN ('included', 'added')),
    fee_max_minor    INTEGER NOT NULL CHECK (fee_max_minor > 0),
    capacity_max     INTEGER NOT NULL CHECK (capacity_max > 0),
    hold_seconds     INTEGER NOT NULL CHECK (hold_seconds BETWEEN 60 AND 86400),
    version          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    CHECK ((tax_name IS NULL) = (tax_hundredths IS NULL) AND (tax_name IS NULL) = (tax_mode IS NULL))
) STRICT;

CREATE TABLE site_feature (
    site_id     BLOB NOT NULL REFERENCES site (id),
    feature     TEXT NOT NULL CHECK (feature IN ('fee_based', 'pay_per_use', 'promo_codes')),
    provisioned INTEGER NOT NULL,
    enabled     INTEGER NOT NULL,
    PRIMARY KEY (site_id, feature)
) STRICT;

CREATE TABLE division (
    id            BLOB PRIMARY KEY,
    site_id       BLOB NOT NULL REFERENCES site (id),
    name          TEXT NOT NULL,
    address       TEXT NOT NULL,
    tracking_code TEXT NOT NULL,
    budget_minor  INTEGER CHECK (budget_minor >= 0),
    created_at    INTEGER NOT NULL,
    UNIQUE (site_id, name)
) STRICT;

CREATE TABLE person (
    id            BLOB PRIMARY KEY,
    site_id       BLOB REFERENCES site (id),
    division_id   BLOB REFERENCES division (id),
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('account_manager', 'site_admin', 'division_manager', 'host')),
    password_hash TEXT NOT NULL,
    disabled      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    CHECK (role = 'account_manager' OR site_id IS NOT NULL)
) STRICT;

CREATE TABLE login (
    id_hash    TEXT PRIMARY KEY,
    record     TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_by_expiry ON login (expires_at);

CREATE TABLE api_token (
    token_hash TEXT PRIMARY KEY,
    person_id  BLOB NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE rate_card (
    id                    BLOB PRIMARY KEY,
    site_id               BLOB NOT NULL REFERENCES site (id),
    version               INTEGER NOT NULL,
    people_micros         INTEGER NOT NULL CHECK (people_micros >= 0),
    teleconference_micros INTEGER NOT NULL CHECK (teleconference_micros >= 0),
    currency              TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    effective_from        INTEGER NOT NULL,
    UNIQUE (site_id, version)
) STRICT;

CREATE TABLE processor_config (
    id               BLOB PRIMARY KEY,
    site_id          BLOB NOT NULL REFERENCES site (id),
    kind             TEXT NOT NULL,
    mode             TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    settings         TEXT NOT NULL,
    secrets          BLOB NOT NULL,
    secret_hint      TEXT NOT NULL,
    enabled          INTEGER NOT NULL,
    position         INTEGER NOT NULL,
    tested_at        INTEGER,
    test_ok          INTEGER,
    test_reason      TEXT,
    version          INTEGER NOT NULL,
    UNIQUE (site_id, kind, mode)
) STRICT;

CREATE TABLE session (
    id                      BLOB PRIMARY KEY,
    site_id                 BLOB NOT NULL REFERENCES site (id),
    host_id                 BLOB NOT NULL REFERENCES person (id),
    division_id             BLOB REFERENCES division (id),
    slug                    TEXT NOT NULL,
    topic                   TEXT NOT NULL,
    description             TEXT NOT NULL,
    lang                    TEXT NOT NULL,
    status                  TEXT NOT NULL CHECK (status IN ('draft', 'scheduled', 'live', 'ended', 'cancelled')),
    listing                 TEXT NOT NULL CHECK (listing IN ('all', 'authorised', 'unlisted')),
    starts_wall             TEXT NOT NULL,
    time_zone               TEXT NOT NULL,
    starts_at               INTEGER NOT NULL,
    ends_at                 INTEGER NOT NULL,
    duration_minutes        INTEGER NOT NULL CHECK (duration_minutes BETWEEN 1 AND 10080),
    capacity                INTEGER NOT NULL CHECK (capacity > 0),
    seats_taken             INTEGER NOT NULL,
    fee_minor               INTEGER NOT NULL CHECK (fee_minor >= 0),
    currency                TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    require_registration    INTEGER NOT NULL,
    registration_password   TEXT,
    expected_computers      INTEGER NOT NULL CHECK (expected_computers > 0),
    audio                   TEXT NOT NULL CHECK (audio IN ('none', 'voip', 'call_in', 'toll_free', 'call_back')),
    expected_teleconference INTEGER NOT NULL CHECK (expected_teleconference >= 0),
    opened_at               INTEGER,
    closed_at               INTEGER,
    version                 INTEGER NOT NULL,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    UNIQUE (site_id, slug),
    CHECK (seats_taken >= 0 AND seats_taken <= capacity),
    CHECK (fee_minor = 0 OR require_registration),
    CHECK (expected_teleconference <= expected_computers),
    CHECK (audio <> 'none' OR expected_teleconference = 0),
    CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX session_by_start ON session (site_id, starts_at);
CREATE INDEX session_by_host ON session (host_id, starts_at);

CREATE TABLE session_question (
    id         BLOB PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES session (id),
    position   INTEGER NOT NULL,
    label      TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('text', 'checkbox', 'choice')),
    required   INTEGER NOT NULL,
    options    TEXT NOT NULL,
    UNIQUE (session_id, position)
) STRICT;

CREATE TABLE promo (
    id                  BLOB PRIMARY KEY,
    site_id             BLOB NOT NULL REFERENCES site (id),
    code                TEXT NOT NULL,
    status              TEXT NOT NULL CHECK (status IN ('active', 'paused')),
    percent_hundredths  INTEGER CHECK (percent_hundredths BETWEEN 1 AND 10000),
    amount_minor        INTEGER CHECK (amount_minor > 0),
    minimum_minor       INTEGER CHECK (minimum_minor >= 0),
    currency            TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    starts_at           INTEGER,
    ends_at             INTEGER,
    uses_max            INTEGER CHECK (uses_max > 0),
    uses_taken          INTEGER NOT NULL,
    uses_per_person_max INTEGER CHECK (uses_per_person_max > 0),
    people              TEXT NOT NULL,
    version             INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    UNIQUE (site_id, code),
    CHECK ((percent_hundredths IS NULL) <> (amount_minor IS NULL)),
    CHECK (uses_taken >= 0 AND (uses_max IS NULL OR uses_taken <= uses_max)),
    CHECK (starts_at IS NULL OR ends_at IS NULL OR starts_at <= ends_at)
) STRICT;

CREATE TABLE promo_session (
    promo_id   BLOB NOT NULL REFERENCES promo (id),
    session_id BLOB NOT NULL REFERENCES session (id),
    PRIMARY KEY (promo_id, session_id)
) STRICT;

CREATE TABLE orders (
    id             BLOB PRIMARY KEY,
    site_id        BLOB NOT NULL REFERENCES site (id),
    kind           TEXT NOT NULL CHECK (kind IN ('fee', 'usage')),
    mode           TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    link           TEXT NOT NULL UNIQUE CHECK (LENGTH(link) >= 22),
    reference      TEXT NOT NULL UNIQUE,
    session_id     BLOB NOT NULL REFERENCES session (id),
    person_id      BLOB REFERENCES person (id),
    division_id    BLOB REFERENCES division (id),
    buyer_name     TEXT NOT NULL,
    buyer_email    TEXT NOT NULL,
    lang           TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('held', 'paying', 'paid', 'expired', 'cancelled', 'refunded')),
    hold_until     INTEGER,
    attempt_id     BLOB,
    payment_id     BLOB,
    closed_at      INTEGER,
    extensions     INTEGER NOT NULL CHECK (extensions >= 0),
    quote_version  INTEGER NOT NULL CHECK (quote_version > 0),
    total_minor    INTEGER NOT NULL CHECK (total_minor >= 0),
    currency       TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    declines       INTEGER NOT NULL CHECK (declines >= 0),
    last_decline   TEXT,
    pause_until    INTEGER,
    terms_version  TEXT,
    terms_at       INTEGER,
    version        INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    CHECK (kind = 'fee' OR person_id IS NOT NULL),
    CHECK ((state = 'held') = (hold_until IS NOT NULL)),
    CHECK ((state = 'paying') = (attempt_id IS NOT NULL)),
    CHECK (state <> 'paid' OR payment_id IS NOT NULL)
) STRICT;
CREATE INDEX orders_by_session ON orders (session_id);
CREATE INDEX orders_by_site ON orders (site_id, created_at);
CREATE INDEX orders_held ON orders (hold_until) WHERE state = 'held' AND kind = 'fee';
-- One usage order lives per session: two devices pressing Start pay once.
CREATE UNIQUE INDEX orders_one_usage ON orders (session_id) WHERE kind = 'usage' AND state IN ('held', 'paying', 'paid');

CREATE TABLE registration (
    id         BLOB PRIMARY KEY,
    site_id    BLOB NOT NULL REFERENCES site (id),
    session_id BLOB NOT NULL REFERENCES session (id),
    order_id   BLOB NOT NULL UNIQUE REFERENCES orders (id),
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL,
    answers    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('held', 'confirmed', 'released')),
    code       TEXT UNIQUE CHECK (LENGTH(code) >= 22),
    created_at INTEGER NOT NULL,
    CHECK (state <> 'confirmed' OR code IS NOT NULL)
) STRICT;
-- One live registration per person and session.
CREATE UNIQUE INDEX registration_one_each ON registration (session_id, email_key) WHERE state <> 'released';

CREATE TABLE seat_claim (
    order_id   BLOB PRIMARY KEY REFERENCES orders (id),
    session_id BLOB NOT NULL REFERENCES session (id),
    seats      INTEGER NOT NULL CHECK (seats > 0),
    state      TEXT NOT NULL CHECK (state IN ('held', 'final', 'released'))
) STRICT;
CREATE INDEX seat_claim_by_session ON seat_claim (session_id, state);

CREATE TABLE promo_use (
    order_id  BLOB PRIMARY KEY REFERENCES orders (id),
    promo_id  BLOB NOT NULL REFERENCES promo (id),
    email_key TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('held', 'final', 'released'))
) STRICT;
CREATE INDEX promo_use_by_promo ON promo_use (promo_id, email_key, state);

CREATE TABLE quote (
    id             BLOB PRIMARY KEY,
    order_id       BLOB NOT NULL REFERENCES orders (id),
    version        INTEGER NOT NULL,
    fee_minor      INTEGER NOT NULL CHECK (fee_minor >= 0),
    discount_minor INTEGER NOT NULL CHECK (discount_minor >= 0),
    net_minor      INTEGER NOT NULL CHECK (net_minor >= 0),
    tax_minor      INTEGER NOT NULL CHECK (tax_minor >= 0),
    total_minor    INTEGER NOT NULL CHECK (total_minor >= 0),
    currency       TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    promo_id       BLOB REFERENCES promo (id),
    promo_code     TEXT,
    tax_name       TEXT,
    tax_hundredths INTEGER,
    tax_mode       TEXT,
    rate_card_id   BLOB REFERENCES rate_card (id),
    inputs         TEXT,
    expires_at     INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    UNIQUE (order_id, version),
    CHECK (discount_minor <= fee_minor),
    CHECK (total_minor = net_minor + tax_minor)
) STRICT;

CREATE TABLE attempt (
    id                  BLOB PRIMARY KEY,
    order_id            BLOB NOT NULL REFERENCES orders (id),
    key                 TEXT NOT NULL UNIQUE,
    fingerprint         TEXT NOT NULL,
    our_ref             TEXT NOT NULL UNIQUE,
    processor           TEXT NOT NULL,
    processor_config_id BLOB REFERENCES processor_config (id),
    method              TEXT NOT NULL,
    amount_minor        INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency            TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    state               TEXT NOT NULL CHECK (state IN ('prepared', 'unknown', 'captured', 'declined', 'not_sent', 'needs_person')),
    decline_class       TEXT,
    detail              TEXT,
    brand               TEXT,
    last4               TEXT CHECK (LENGTH(last4) <= 4),
    inquiries           INTEGER NOT NULL CHECK (inquiries >= 0),
    asked_at            INTEGER NOT NULL,
    settled_at          INTEGER
) STRICT;
CREATE INDEX attempt_by_order ON attempt (order_id, asked_at);
-- One payment of an order is in question at a time, whatever tabs and processors are open.
CREATE UNIQUE INDEX attempt_one_open ON attempt (order_id) WHERE state IN ('prepared', 'unknown', 'needs_person');

CREATE TABLE payment (
    id           BLOB PRIMARY KEY,
    order_id     BLOB NOT NULL REFERENCES orders (id),
    attempt_id   BLOB NOT NULL UNIQUE REFERENCES attempt (id),
    processor    TEXT NOT NULL,
    reference    TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency     TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    captured_at  INTEGER NOT NULL,
    UNIQUE (processor, reference)
) STRICT;
CREATE INDEX payment_by_order ON payment (order_id);

CREATE TABLE refund (
    id           BLOB PRIMARY KEY,
    payment_id   BLOB NOT NULL REFERENCES payment (id),
    key          TEXT NOT NULL UNIQUE,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    reason       TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('prepared', 'unknown', 'done', 'failed')),
    reference    TEXT,
    detail       TEXT,
    created_at   INTEGER NOT NULL,
    settled_at   INTEGER
) STRICT;
CREATE INDEX refund_by_payment ON refund (payment_id);

CREATE TABLE ledger_posting (
    id         BLOB PRIMARY KEY,
    site_id    BLOB NOT NULL REFERENCES site (id),
    order_id   BLOB NOT NULL REFERENCES orders (id),
    payment_id BLOB REFERENCES payment (id),
    refund_id  BLOB REFERENCES refund (id),
    kind       TEXT NOT NULL CHECK (kind IN ('fee_captured', 'usage_captured', 'unwanted_captured', 'unwanted_returned')),
    mode       TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    posted_at  INTEGER NOT NULL,
    CHECK ((payment_id IS NULL) <> (refund_id IS NULL)),
    UNIQUE (payment_id),
    UNIQUE (refund_id)
) STRICT;
CREATE INDEX ledger_posting_by_time ON ledger_posting (site_id, posted_at);

CREATE TABLE ledger_entry (
    posting_id   BLOB NOT NULL REFERENCES ledger_posting (id),
    line         INTEGER NOT NULL,
    account      TEXT NOT NULL CHECK (account IN
        ('clearing', 'fee_revenue', 'discount', 'usage_revenue', 'tax_payable', 'refunds', 'suspense')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    currency     TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    PRIMARY KEY (posting_id, line)
) STRICT;

CREATE TABLE room_visit (
    id              BLOB PRIMARY KEY,
    session_id      BLOB NOT NULL REFERENCES session (id),
    registration_id BLOB REFERENCES registration (id),
    person_id       BLOB REFERENCES person (id),
    name            TEXT NOT NULL,
    joined_at       INTEGER NOT NULL,
    seen_at         INTEGER NOT NULL,
    left_at         INTEGER,
    CHECK ((registration_id IS NULL) <> (person_id IS NULL))
) STRICT;
CREATE INDEX room_visit_by_session ON room_visit (session_id, joined_at);

CREATE TABLE job (
    id           BLOB PRIMARY KEY,
    kind         TEXT NOT NULL,
    subject      BLOB NOT NULL,
    dedupe       TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL CHECK (state IN ('ready', 'done', 'parked')),
    run_at       INTEGER NOT NULL,
    leased_until INTEGER,
    tries        INTEGER NOT NULL CHECK (tries >= 0),
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    done_at      INTEGER
) STRICT;
CREATE INDEX job_due ON job (run_at) WHERE state = 'ready';

-- What processors told us, as it came.
CREATE TABLE notice (
    id          BLOB PRIMARY KEY,
    site_id     BLOB NOT NULL REFERENCES site (id),
    processor   TEXT NOT NULL,
    dedupe      TEXT NOT NULL UNIQUE,
    headers     TEXT NOT NULL,
    body        BLOB NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('received', 'handled', 'parked')),
    received_at INTEGER NOT NULL,
    handled_at  INTEGER
) STRICT;

-- What is to be told to people: written in the transaction that decided it.
CREATE TABLE message (
    id         BLOB PRIMARY KEY,
    site_id    BLOB NOT NULL REFERENCES site (id),
    order_id   BLOB REFERENCES orders (id),
    kind       TEXT NOT NULL,
    dedupe     TEXT NOT NULL UNIQUE,
    recipient  TEXT NOT NULL,
    lang       TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    created_at INTEGER NOT NULL,
    sent_at    INTEGER
) STRICT;

CREATE TABLE audit (
    id      BLOB PRIMARY KEY,
    site_id BLOB REFERENCES site (id),
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject BLOB NOT NULL,
    before  TEXT,
    after   TEXT,
    origin  TEXT
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, at);
CREATE INDEX audit_by_site ON audit (site_id, at);

CREATE TRIGGER ledger_posting_is_append_only_update BEFORE UPDATE ON ledger_posting BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END;
CREATE TRIGGER ledger_posting_is_append_only_delete BEFORE DELETE ON ledger_posting BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END;

CREATE TRIGGER ledger_entry_is_append_only_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_is_append_only_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;

CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER payment_is_append_only_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
CREATE TRIGGER payment_is_append_only_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
