-- The foundation: who, what is sold, what was promised, what was paid, and the trail of all of it.
-- Money is minor units plus a currency; instants are microseconds since 1970 UTC; ids are uuid v7 made by the program.
-- The two folders hold the same statements in each engine's types.

CREATE TABLE site (
    id               UUID PRIMARY KEY,
    host             TEXT NOT NULL UNIQUE,
    is_default       BOOLEAN NOT NULL,
    name             TEXT NOT NULL,
    seller           TEXT NOT NULL,
    support_email    TEXT,
    refund_policy    TEXT NOT NULL,
    terms_version    TEXT NOT NULL,
    currency         TEXT CHECK (LENGTH(currency) = 3),
    merchant_country TEXT CHECK (LENGTH(merchant_country) = 2),
    lang             TEXT NOT NULL,
    time_zone        TEXT NOT NULL,
    test_mode        BOOLEAN NOT NULL,
    tax_name         TEXT,
    tax_hundredths   BIGINT CHECK (tax_hundredths BETWEEN 0 AND 10000),
    tax_mode         TEXT CHECK (tax_mode IN ('included', 'added')),
    fee_max_minor    BIGINT NOT NULL CHECK (fee_max_minor > 0),
    capacity_max     BIGINT NOT NULL CHECK (capacity_max > 0),
    hold_seconds     BIGINT NOT NULL CHECK (hold_seconds BETWEEN 60 AND 86400),
    version          BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    CHECK ((tax_name IS NULL) = (tax_hundredths IS NULL) AND (tax_name IS NULL) = (tax_mode IS NULL))
);

CREATE TABLE site_feature (
    site_id     UUID NOT NULL REFERENCES site (id),
    feature     TEXT NOT NULL CHECK (feature IN ('fee_based', 'pay_per_use', 'promo_codes')),
    provisioned BOOLEAN NOT NULL,
    enabled     BOOLEAN NOT NULL,
    PRIMARY KEY (site_id, feature)
);

CREATE TABLE division (
    id            UUID PRIMARY KEY,
    site_id       UUID NOT NULL REFERENCES site (id),
    name          TEXT NOT NULL,
    address       TEXT NOT NULL,
    tracking_code TEXT NOT NULL,
    budget_minor  BIGINT CHECK (budget_minor >= 0),
    created_at    BIGINT NOT NULL,
    UNIQUE (site_id, name)
);

CREATE TABLE person (
    id            UUID PRIMARY KEY,
    site_id       UUID REFERENCES site (id),
    division_id   UUID REFERENCES division (id),
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('account_manager', 'site_admin', 'division_manager', 'host')),
    password_hash TEXT NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL,
    CHECK (role = 'account_manager' OR site_id IS NOT NULL)
);

CREATE TABLE login (
    id_hash    TEXT PRIMARY KEY,
    record     TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX login_by_expiry ON login (expires_at);

CREATE TABLE api_token (
    token_hash TEXT PRIMARY KEY,
    person_id  UUID NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE rate_card (
    id                    UUID PRIMARY KEY,
    site_id               UUID NOT NULL REFERENCES site (id),
    version               BIGINT NOT NULL,
    people_micros         BIGINT NOT NULL CHECK (people_micros >= 0),
    teleconference_micros BIGINT NOT NULL CHECK (teleconference_micros >= 0),
    currency              TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    effective_from        BIGINT NOT NULL,
    UNIQUE (site_id, version)
);

CREATE TABLE processor_config (
    id               UUID PRIMARY KEY,
    site_id          UUID NOT NULL REFERENCES site (id),
    kind             TEXT NOT NULL,
    mode             TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    settings         TEXT NOT NULL,
    secrets          BYTEA NOT NULL,
    secret_hint      TEXT NOT NULL,
    enabled          BOOLEAN NOT NULL,
    position         BIGINT NOT NULL,
    tested_at        BIGINT,
    test_ok          BOOLEAN,
    test_reason      TEXT,
    version          BIGINT NOT NULL,
    UNIQUE (site_id, kind, mode)
);

CREATE TABLE session (
    id                      UUID PRIMARY KEY,
    site_id                 UUID NOT NULL REFERENCES site (id),
    host_id                 UUID NOT NULL REFERENCES person (id),
    division_id             UUID REFERENCES division (id),
    slug                    TEXT NOT NULL,
    topic                   TEXT NOT NULL,
    description             TEXT NOT NULL,
    lang                    TEXT NOT NULL,
    status                  TEXT NOT NULL CHECK (status IN ('draft', 'scheduled', 'live', 'ended', 'cancelled')),
    listing                 TEXT NOT NULL CHECK (listing IN ('all', 'authorised', 'unlisted')),
    starts_wall             TEXT NOT NULL,
    time_zone               TEXT NOT NULL,
    starts_at               BIGINT NOT NULL,
    ends_at                 BIGINT NOT NULL,
    duration_minutes        BIGINT NOT NULL CHECK (duration_minutes BETWEEN 1 AND 10080),
    capacity                BIGINT NOT NULL CHECK (capacity > 0),
    seats_taken             BIGINT NOT NULL,
    fee_minor               BIGINT NOT NULL CHECK (fee_minor >= 0),
    currency                TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    require_registration    BOOLEAN NOT NULL,
    registration_password   TEXT,
    expected_computers      BIGINT NOT NULL CHECK (expected_computers > 0),
    audio                   TEXT NOT NULL CHECK (audio IN ('none', 'voip', 'call_in', 'toll_free', 'call_back')),
    expected_teleconference BIGINT NOT NULL CHECK (expected_teleconference >= 0),
    opened_at               BIGINT,
    closed_at               BIGINT,
    version                 BIGINT NOT NULL,
    created_at              BIGINT NOT NULL,
    updated_at              BIGINT NOT NULL,
    UNIQUE (site_id, slug),
    CHECK (seats_taken >= 0 AND seats_taken <= capacity),
    CHECK (fee_minor = 0 OR require_registration),
    CHECK (expected_teleconference <= expected_computers),
    CHECK (audio <> 'none' OR expected_teleconference = 0),
    CHECK (starts_at < ends_at)
);
CREATE INDEX session_by_start ON session (site_id, starts_at);
CREATE INDEX session_by_host ON session (host_id, starts_at);

CREATE TABLE session_question (
    id         UUID PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES session (id),
    position   BIGINT NOT NULL,
    label      TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('text', 'checkbox', 'choice')),
    required   BOOLEAN NOT NULL,
    options    TEXT NOT NULL,
    UNIQUE (session_id, position)
);

CREATE TABLE promo (
    id                  UUID PRIMARY KEY,
    site_id             UUID NOT NULL REFERENCES site (id),
    code                TEXT NOT NULL,
    status              TEXT NOT NULL CHECK (status IN ('active', 'paused')),
    percent_hundredths  BIGINT CHECK (percent_hundredths BETWEEN 1 AND 10000),
    amount_minor        BIGINT CHECK (amount_minor > 0),
    minimum_minor       BIGINT CHECK (minimum_minor >= 0),
    currency            TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    starts_at           BIGINT,
    ends_at             BIGINT,
    uses_max            BIGINT CHECK (uses_max > 0),
    uses_taken          BIGINT NOT NULL,
    uses_per_person_max BIGINT CHECK (uses_per_person_max > 0),
    people              TEXT NOT NULL,
    version             BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    UNIQUE (site_id, code),
    CHECK ((percent_hundredths IS NULL) <> (amount_minor IS NULL)),
    CHECK (uses_taken >= 0 AND (uses_max IS NULL OR uses_taken <= uses_max)),
    CHECK (starts_at IS NULL OR ends_at IS NULL OR starts_at <= ends_at)
);

CREATE TABLE promo_session (
    promo_id   UUID NOT NULL REFERENCES promo (id),
    session_id UUID NOT NULL REFERENCES session (id),
    PRIMARY KEY (promo_id, session_id)
);

CREATE TABLE orders (
    id             UUID PRIMARY KEY,
    site_id        UUID NOT NULL REFERENCES site (id),
    kind           TEXT NOT NULL CHECK (kind IN ('fee', 'usage')),
    mode           TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    link           TEXT NOT NULL UNIQUE CHECK (LENGTH(link) >= 22),
    reference      TEXT NOT NULL UNIQUE,
    session_id     UUID NOT NULL REFERENCES session (id),
    person_id      UUID REFERENCES person (id),
    division_id    UUID REFERENCES division (id),
    buyer_name     TEXT NOT NULL,
    buyer_email    TEXT NOT NULL,
    lang           TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('held', 'paying', 'paid', 'expired', 'cancelled', 'refunded')),
    hold_until     BIGINT,
    attempt_id     UUID,
    payment_id     UUID,
    closed_at      BIGINT,
    extensions     BIGINT NOT NULL CHECK (extensions >= 0),
    quote_version  BIGINT NOT NULL CHECK (quote_version > 0),
    total_minor    BIGINT NOT NULL CHECK (total_minor >= 0),
    currency       TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    declines       BIGINT NOT NULL CHECK (declines >= 0),
    last_decline   TEXT,
    pause_until    BIGINT,
    terms_version  TEXT,
    terms_at       BIGINT,
    version        BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    CHECK (kind = 'fee' OR person_id IS NOT NULL),
    CHECK ((state = 'held') = (hold_until IS NOT NULL)),
    CHECK ((state = 'paying') = (attempt_id IS NOT NULL)),
    CHECK (state <> 'paid' OR payment_id IS NOT NULL)
);
CREATE INDEX orders_by_session ON orders (session_id);
CREATE INDEX orders_by_site ON orders (site_id, created_at);
CREATE INDEX orders_held ON orders (hold_until) WHERE state = 'held' AND kind = 'fee';
-- One usage order lives per session: two devices pressing Start pay once.
CREATE UNIQUE INDEX orders_one_usage ON orders (session_id) WHERE kind = 'usage' AND state IN ('held', 'paying', 'paid');

CREATE TABLE registration (
    id         UUID PRIMARY KEY,
    site_id    UUID NOT NULL REFERENCES site (id),
    session_id UUID NOT NULL REFERENCES session (id),
    order_id   UUID NOT NULL UNIQUE REFERENCES orders (id),
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL,
    answers    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('held', 'confirmed', 'released')),
    code       TEXT UNIQUE CHECK (LENGTH(code) >= 22),
    created_at BIGINT NOT NULL,
    CHECK (state <> 'confirmed' OR code IS NOT NULL)
);
-- One live registration per person and session.
CREATE UNIQUE INDEX registration_one_each ON registration (session_id, email_key) WHERE state <> 'released';

CREATE TABLE seat_claim (
    order_id   UUID PRIMARY KEY REFERENCES orders (id),
    session_id UUID NOT NULL REFERENCES session (id),
    seats      BIGINT NOT NULL CHECK (seats > 0),
    state      TEXT NOT NULL CHECK (state IN ('held', 'final', 'released'))
);
CREATE INDEX seat_claim_by_session ON seat_claim (session_id, state);

CREATE TABLE promo_use (
    order_id  UUID PRIMARY KEY REFERENCES orders (id),
    promo_id  UUID NOT NULL REFERENCES promo (id),
    email_key TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('held', 'final', 'released'))
);
CREATE INDEX promo_use_by_promo ON promo_use (promo_id, email_key, state);

CREATE TABLE quote (
    id             UUID PRIMARY KEY,
    order_id       UUID NOT NULL REFERENCES orders (id),
    version        BIGINT NOT NULL,
    fee_minor      BIGINT NOT NULL CHECK (fee_minor >= 0),
    discount_minor BIGINT NOT NULL CHECK (discount_minor >= 0),
    net_minor      BIGINT NOT NULL CHECK (net_minor >= 0),
    tax_minor      BIGINT NOT NULL CHECK (tax_minor >= 0),
    total_minor    BIGINT NOT NULL CHECK (total_minor >= 0),
    currency       TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    promo_id       UUID REFERENCES promo (id),
    promo_code     TEXT,
    tax_name       TEXT,
    tax_hundredths BIGINT,
    tax_mode       TEXT,
    rate_card_id   UUID REFERENCES rate_card (id),
    inputs         TEXT,
    expires_at     BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    UNIQUE (order_id, version),
    CHECK (discount_minor <= fee_minor),
    CHECK (total_minor = net_minor + tax_minor)
);

CREATE TABLE attempt (
    id                  UUID PRIMARY KEY,
    order_id            UUID NOT NULL REFERENCES orders (id),
    key                 TEXT NOT NULL UNIQUE,
    fingerprint         TEXT NOT NULL,
    our_ref             TEXT NOT NULL UNIQUE,
    processor           TEXT NOT NULL,
    processor_config_id UUID REFERENCES processor_config (id),
    method              TEXT NOT NULL,
    amount_minor        BIGINT NOT NULL CHECK (amount_minor >= 0),
    currency            TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    state               TEXT NOT NULL CHECK (state IN ('prepared', 'unknown', 'captured', 'declined', 'not_sent', 'needs_person')),
    decline_class       TEXT,
    detail              TEXT,
    brand               TEXT,
    last4               TEXT CHECK (LENGTH(last4) <= 4),
    inquiries           BIGINT NOT NULL CHECK (inquiries >= 0),
    asked_at            BIGINT NOT NULL,
    settled_at          BIGINT
);
CREATE INDEX attempt_by_order ON attempt (order_id, asked_at);
-- One payment of an order is in question at a time, whatever tabs and processors are open.
CREATE UNIQUE INDEX attempt_one_open ON attempt (order_id) WHERE state IN ('prepared', 'unknown', 'needs_person');

CREATE TABLE payment (
    id           UUID PRIMARY KEY,
    order_id     UUID NOT NULL REFERENCES orders (id),
    attempt_id   UUID NOT NULL UNIQUE REFERENCES attempt (id),
    processor    TEXT NOT NULL,
    reference    TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    currency     TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    captured_at  BIGINT NOT NULL,
    UNIQUE (processor, reference)
);
CREATE INDEX payment_by_order ON payment (order_id);

CREATE TABLE refund (
    id           UUID PRIMARY KEY,
    payment_id   UUID NOT NULL REFERENCES payment (id),
    key          TEXT NOT NULL UNIQUE,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency     TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    reason       TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('prepared', 'unknown', 'done', 'failed')),
    reference    TEXT,
    detail       TEXT,
    created_at   BIGINT NOT NULL,
    settled_at   BIGINT
);
CREATE INDEX refund_by_payment ON refund (payment_id);

CREATE TABLE ledger_posting (
    id         UUID PRIMARY KEY,
    site_id    UUID NOT NULL REFERENCES site (id),
    order_id   UUID NOT NULL REFERENCES orders (id),
    payment_id UUID REFERENCES payment (id),
    refund_id  UUID REFERENCES refund (id),
    kind       TEXT NOT NULL CHECK (kind IN ('fee_captured', 'usage_captured', 'unwanted_captured', 'unwanted_returned')),
    mode       TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    posted_at  BIGINT NOT NULL,
    CHECK ((payment_id IS NULL) <> (refund_id IS NULL)),
    UNIQUE (payment_id),
    UNIQUE (refund_id)
);
CREATE INDEX ledger_posting_by_time ON ledger_posting (site_id, posted_at);

CREATE TABLE ledger_entry (
    posting_id   UUID NOT NULL REFERENCES ledger_posting (id),
    line         BIGINT NOT NULL,
    account      TEXT NOT NULL CHECK (account IN
        ('clearing', 'fee_revenue', 'discount', 'usage_revenue', 'tax_payable', 'refunds', 'suspense')),
    amount_minor BIGINT NOT NULL CHECK (amount_minor <> 0),
    currency     TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    PRIMARY KEY (posting_id, line)
);

CREATE TABLE room_visit (
    id              UUID PRIMARY KEY,
    session_id      UUID NOT NULL REFERENCES session (id),
    registration_id UUID REFERENCES registration (id),
    person_id       UUID REFERENCES person (id),
    name            TEXT NOT NULL,
    joined_at       BIGINT NOT NULL,
    seen_at         BIGINT NOT NULL,
    left_at         BIGINT,
    CHECK ((registration_id IS NULL) <> (person_id IS NULL))
);
CREATE INDEX room_visit_by_session ON room_visit (session_id, joined_at);

CREATE TABLE job (
    id           UUID PRIMARY KEY,
    kind         TEXT NOT NULL,
    subject      UUID NOT NULL,
    dedupe       TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL CHECK (state IN ('ready', 'done', 'parked')),
    run_at       BIGINT NOT NULL,
    leased_until BIGINT,
    tries        BIGINT NOT NULL CHECK (tries >= 0),
    last_error   TEXT,
    created_at   BIGINT NOT NULL,
    done_at      BIGINT
);
CREATE INDEX job_due ON job (run_at) WHERE state = 'ready';

-- What processors told us, as it came.
CREATE TABLE notice (
    id          UUID PRIMARY KEY,
    site_id     UUID NOT NULL REFERENCES site (id),
    processor   TEXT NOT NULL,
    dedupe      TEXT NOT NULL UNIQUE,
    headers     TEXT NOT NULL,
    body        BYTEA NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('received', 'handled', 'parked')),
    received_at BIGINT NOT NULL,
    handled_at  BIGINT
);

-- What is to be told to people: written in the transaction that decided it.
CREATE TABLE message (
    id         UUID PRIMARY KEY,
    site_id    UUID NOT NULL REFERENCES site (id),
    order_id   UUID REFERENCES orders (id),
    kind       TEXT NOT NULL,
    dedupe     TEXT NOT NULL UNIQUE,
    recipient  TEXT NOT NULL,
    lang       TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    created_at BIGINT NOT NULL,
    sent_at    BIGINT
);

CREATE TABLE audit (
    id      UUID PRIMARY KEY,
    site_id UUID REFERENCES site (id),
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject UUID NOT NULL,
    before  TEXT,
    after   TEXT,
    origin  TEXT
);
CREATE INDEX audit_by_subject ON audit (subject, at);
CREATE INDEX audit_by_site ON audit (site_id, at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END;
$$;
CREATE TRIGGER ledger_posting_is_append_only BEFORE UPDATE OR DELETE ON ledger_posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_is_append_only BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_is_append_only BEFORE UPDATE OR DELETE ON payment FOR EACH ROW EXECUTE FUNCTION refuse_change();
