-- Payments that the buyer approves on a processor's page, or makes by transfer: what was started there, and until when we wait.
ALTER TABLE attempt ADD COLUMN started TEXT;
ALTER TABLE attempt ADD COLUMN next_url TEXT;
ALTER TABLE attempt ADD COLUMN customer_until BIGINT;
CREATE INDEX attempt_by_started ON attempt (processor, started) WHERE started IS NOT NULL;

-- Which configuration a notice came to, and why it was set aside.
ALTER TABLE notice ADD COLUMN processor_config_id UUID REFERENCES processor_config (id);
ALTER TABLE notice ADD COLUMN reason TEXT;
CREATE INDEX notice_by_site ON notice (site_id, received_at);
