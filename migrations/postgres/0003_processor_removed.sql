-- A removed configuration is kept: refunds, notices and history still name it. Setting its kind up again brings its row back.
ALTER TABLE processor_config ADD COLUMN removed_at BIGINT;
