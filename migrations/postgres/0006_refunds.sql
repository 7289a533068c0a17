-- Refunds get the whole life of a payment, and the books a kind for them; two people can agree about money in doubt.
ALTER TABLE refund DROP CONSTRAINT refund_state_check;
ALTER TABLE refund ADD CONSTRAINT refund_state_check
    CHECK (state IN ('prepared', 'unknown', 'pending', 'needs_person', 'done', 'failed'));
ALTER TABLE refund ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE refund ADD COLUMN asked_by UUID REFERENCES person (id);
ALTER TABLE refund ADD COLUMN decline_class TEXT;
-- Which of its keys at the processor is in use: a new one is taken only when nothing moved under the last.
ALTER TABLE refund ADD COLUMN round BIGINT NOT NULL DEFAULT 0 CHECK (round >= 0);
-- How often the processor was asked for it, and what became of it.
ALTER TABLE refund ADD COLUMN tries BIGINT NOT NULL DEFAULT 1 CHECK (tries >= 0);
ALTER TABLE refund ADD COLUMN inquiries BIGINT NOT NULL DEFAULT 0 CHECK (inquiries >= 0);
ALTER TABLE refund ADD COLUMN tried_at BIGINT;
UPDATE refund SET tried_at = created_at;
UPDATE refund SET round = CAST(SUBSTR(detail, 9) AS BIGINT), detail = NULL WHERE detail LIKE 'new key %';
ALTER TABLE refund ALTER COLUMN note DROP DEFAULT;
ALTER TABLE refund ALTER COLUMN round DROP DEFAULT;
ALTER TABLE refund ALTER COLUMN tries DROP DEFAULT;
ALTER TABLE refund ALTER COLUMN inquiries DROP DEFAULT;
CREATE INDEX refund_open ON refund (created_at) WHERE state IN ('prepared', 'unknown', 'pending', 'needs_person');

ALTER TABLE ledger_posting DROP CONSTRAINT ledger_posting_kind_check;
ALTER TABLE ledger_posting ADD CONSTRAINT ledger_posting_kind_check
    CHECK (kind IN ('fee_captured', 'usage_captured', 'unwanted_captured', 'unwanted_returned', 'refunded'));

-- What one person says of money in doubt, until another agrees or it is withdrawn. The subject is an attempt or a refund.
CREATE TABLE proposal (
    id          UUID PRIMARY KEY,
    site_id     UUID NOT NULL REFERENCES site (id),
    order_id    UUID NOT NULL REFERENCES orders (id),
    subject     UUID NOT NULL,
    moved       BOOLEAN NOT NULL,
    reference   TEXT NOT NULL,
    proposed_by UUID NOT NULL REFERENCES person (id),
    proposed_at BIGINT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'withdrawn')),
    decided_by  UUID REFERENCES person (id),
    decided_at  BIGINT,
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK (state <> 'confirmed' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX proposal_one_open ON proposal (subject) WHERE state = 'open';
