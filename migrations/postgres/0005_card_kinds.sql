-- Which kinds of cards a site takes, and took when a payment was asked for; what the processor says of the card. Prepaid counts as
-- debit. "None" cannot be stored: a site that takes no cards pauses what carries them.
ALTER TABLE site ADD COLUMN card_kinds TEXT NOT NULL DEFAULT 'all' CHECK (card_kinds IN ('all', 'credit', 'debit'));
ALTER TABLE attempt ADD COLUMN card_kinds TEXT NOT NULL DEFAULT 'all' CHECK (card_kinds IN ('all', 'credit', 'debit'));
ALTER TABLE attempt ADD COLUMN funding TEXT CHECK (funding IN ('credit', 'debit', 'prepaid'));
