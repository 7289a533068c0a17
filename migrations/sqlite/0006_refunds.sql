-- Refunds get the whole life of a payment, and the books a kind for them; two people can agree about money in doubt.
-- SQLite changes no CHECK in place, so three tables are made anew with what they held. What refers comes down first and up last;
-- dropping a table drops its triggers, which are made again below.
CREATE TABLE kept_entry AS SELECT posting_id, line, account, amount_minor, currency FROM ledger_entry;
CREATE TABLE kept_posting AS SELECT id, site_id, order_id, payment_id, refund_id, kind, mode, posted_at FROM ledger_posting;
CREATE TABLE kept_refund AS SELECT id, payment_id, key, amount_minor, currency, reason, state, reference, detail, created_at, settled_at FROM refund;
DROP TABLE ledger_entry;
DROP TABLE ledger_posting;
DROP TABLE refund;

CREATE TABLE refund (
    id            BLOB PRIMARY KEY,
    payment_id    BLOB NOT NULL REFERENCES payment (id),
    key           TEXT NOT NULL UNIQUE,
    amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
    currency      TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    reason        TEXT NOT NULL,
    note          TEXT NOT NULL,
    asked_by      BLOB REFERENCES person (id),
    state         TEXT NOT NULL CHECK (state IN ('prepared', 'unknown', 'pending', 'needs_person', 'done', 'failed')),
    reference     TEXT,
    decline_class TEXT,
    detail        TEXT,
    -- Which of its keys at the processor is in use: a new one is taken only when nothing moved under the last.
    round         INTEGER NOT NULL CHECK (round >= 0),
    -- How often the processor was asked for it, and what became of it.
    tries         INTEGER NOT NULL CHECK (tries >= 0),
    inquiries     INTEGER NOT NULL CHECK (inquiries >= 0),
    created_at    INTEGER NOT NULL,
    tried_at      INTEGER,
    settled_at    INTEGER
) STRICT;
CREATE INDEX refund_by_payment ON refund (payment_id);
CREATE INDEX refund_open ON refund (created_at) WHERE state IN ('prepared', 'unknown', 'pending', 'needs_person');
INSERT INTO refund (id, payment_id, key, amount_minor, currency, reason, note, state, reference, detail, round, tries, inquiries, created_at, tried_at, settled_at)
    SELECT id, payment_id, key, amount_minor, currency, reason, '', state, reference, CASE WHEN detail LIKE 'new key %' THEN NULL ELSE detail END,
        CASE WHEN detail LIKE 'new key %' THEN CAST(SUBSTR(detail, 9) AS INTEGER) ELSE 0 END, 1, 0, created_at, created_at, settled_at FROM kept_refund;

CREATE TABLE ledger_posting (
    id         BLOB PRIMARY KEY,
    site_id    BLOB NOT NULL REFERENCES site (id),
    order_id   BLOB NOT NULL REFERENCES orders (id),
    payment_id BLOB REFERENCES payment (id),
    refund_id  BLOB REFERENCES refund (id),
    kind       TEXT NOT NULL CHECK (kind IN ('fee_captured', 'usage_captured', 'unwanted_captured', 'unwanted_returned', 'refunded')),
    mode       TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    posted_at  INTEGER NOT NULL,
    CHECK ((payment_id IS NULL) <> (refund_id IS NULL)),
    UNIQUE (payment_id),
    UNIQUE (refund_id)
) STRICT;
CREATE INDEX ledger_posting_by_time ON ledger_posting (site_id, posted_at);
INSERT INTO ledger_posting (id, site_id, order_id, payment_id, refund_id, kind, mode, posted_at)
    SELECT id, site_id, order_id, payment_id, refund_id, kind, mode, posted_at FROM kept_posting;

CREATE TABLE ledger_entry (
    posting_id   BLOB NOT NULL REFERENCES ledger_posting (id),
    line         INTEGER NOT NULL,
    account      TEXT NOT NULL CHECK (account IN
        ('clearing', 'fee_revenue', 'discount', 'usage_revenue', 'tax_payable', 'refunds', 'suspense')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    currency     TEXT NOT NULL CHECK (LENGTH(currency) = 3),
    PRIMARY KEY (posting_id, line)
) STRICT;
INSERT INTO ledger_entry (posting_id, line, account, amount_minor, currency)
    SELECT posting_id, line, account, amount_minor, currency FROM kept_entry;

DROP TABLE kept_entry;
DROP TABLE kept_posting;
DROP TABLE kept_refund;

CREATE TRIGGER ledger_posting_is_append_only_update BEFORE UPDATE ON ledger_posting BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END;
CREATE TRIGGER ledger_posting_is_append_only_delete BEFORE DELETE ON ledger_posting BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END;
CREATE TRIGGER ledger_entry_is_append_only_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_is_append_only_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;

-- What one person says of money in doubt, until another agrees or it is withdrawn. The subject is an attempt or a refund.
CREATE TABLE proposal (
    id          BLOB PRIMARY KEY,
    site_id     BLOB NOT NULL REFERENCES site (id),
    order_id    BLOB NOT NULL REFERENCES orders (id),
    subject     BLOB NOT NULL,
    moved       INTEGER NOT NULL,
    reference   TEXT NOT NULL,
    proposed_by BLOB NOT NULL REFERENCES person (id),
    proposed_at INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'withdrawn')),
    decided_by  BLOB REFERENCES person (id),
    decided_at  INTEGER,
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK (state <> 'confirmed' OR decided_by <> proposed_by)
) STRICT;
CREATE UNIQUE INDEX proposal_one_open ON proposal (subject) WHERE state = 'open';
