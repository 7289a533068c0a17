//! Statements whose every row is the id of something that breaks an invariant.

use crate::server::store::statements::statements;

statements! {
    /// Training sessions.
    COUNT_SESSIONS = "SELECT COUNT(*) FROM session";
    /// Promo codes.
    COUNT_PROMOS = "SELECT COUNT(*) FROM promo";
    /// Orders.
    COUNT_ORDERS = "SELECT COUNT(*) FROM orders";
    /// Payments.
    COUNT_PAYMENTS = "SELECT COUNT(*) FROM payment";
    /// Postings.
    COUNT_POSTINGS = "SELECT COUNT(*) FROM ledger_posting";
    /// Paid orders.
    COUNT_PAID = "SELECT COUNT(*) FROM orders WHERE state IN ('paid', 'refunded')";

    /// I1: the counter is not the sum of live claims, or more than the capacity.
    SEATS_MISCOUNTED = "SELECT s.id FROM session s LEFT JOIN \
        (SELECT session_id, CAST(SUM(seats) AS BIGINT) AS seats FROM seat_claim WHERE state <> 'released' GROUP BY session_id) c \
        ON c.session_id = s.id WHERE s.seats_taken <> COALESCE(c.seats, 0) OR s.seats_taken > s.capacity";
    /// I1: seats kept for an order that is over, or given up although it is alive.
    SEATS_OF_NOBODY = "SELECT o.id FROM seat_claim c JOIN orders o ON o.id = c.order_id WHERE \
        (c.state = 'held' AND o.state NOT IN ('held', 'paying')) OR (c.state = 'final' AND o.state <> 'paid') \
        OR (c.state = 'released' AND o.state IN ('held', 'paying', 'paid')) OR c.session_id <> o.session_id";
    /// I1: a live order of a participant without a seat.
    SEATS_MISSING = "SELECT o.id FROM orders o WHERE o.kind = 'fee' AND o.state IN ('held', 'paying', 'paid') \
        AND NOT EXISTS (SELECT 1 FROM seat_claim c WHERE c.order_id = o.id)";

    /// I2: the counter is not the number of live uses, or more than the limit.
    USES_MISCOUNTED = "SELECT p.id FROM promo p LEFT JOIN \
        (SELECT promo_id, COUNT(*) AS uses FROM promo_use WHERE state <> 'released' GROUP BY promo_id) u \
        ON u.promo_id = p.id WHERE p.uses_taken <> COALESCE(u.uses, 0) OR (p.uses_max IS NOT NULL AND p.uses_taken > p.uses_max)";
    /// I2: one person used a code more often than allowed.
    USES_PER_PERSON = "SELECT p.id FROM promo p JOIN promo_use u ON u.promo_id = p.id WHERE u.state <> 'released' \
        AND p.uses_per_person_max IS NOT NULL GROUP BY p.id, p.uses_per_person_max, u.email_key HAVING COUNT(*) > p.uses_per_person_max";
    /// I2: a use kept for an order that is over, given up although it is alive and priced with it, or priced without a use.
    USES_OF_NOBODY = "SELECT o.id FROM orders o JOIN quote q ON q.order_id = o.id AND q.version = o.quote_version \
        LEFT JOIN promo_use u ON u.order_id = o.id AND u.state <> 'released' WHERE \
        (u.state = 'held' AND o.state NOT IN ('held', 'paying')) OR (u.state = 'final' AND o.state <> 'paid') \
        OR (o.state IN ('held', 'paying', 'paid') AND q.promo_id IS NOT NULL AND u.promo_id IS NULL) \
        OR (u.promo_id IS NOT NULL AND (q.promo_id IS NULL OR q.promo_id <> u.promo_id))";

    /// I3: two payments of an order that nobody marked unwanted (those are booked to suspense and returned).
    PAID_TWICE = "SELECT p.order_id FROM payment p LEFT JOIN ledger_posting l ON l.payment_id = p.id \
        WHERE l.kind IS NULL OR l.kind <> 'unwanted_captured' GROUP BY p.order_id HAVING COUNT(*) > 1";
    /// I3: an order that is or was paid whose payment is another order's, unwanted, or not there.
    PAID_BY_ANOTHER = "SELECT o.id FROM orders o LEFT JOIN payment p ON p.id = o.payment_id \
        LEFT JOIN ledger_posting l ON l.payment_id = p.id WHERE o.state IN ('paid', 'refunded') \
        AND (p.id IS NULL OR p.order_id <> o.id OR l.kind = 'unwanted_captured')";

    /// I3: money kept of a card that the site did not take.
    KEPT_OF_REFUSED_CARD = "SELECT p.id FROM payment p JOIN attempt a ON a.id = p.attempt_id \
        JOIN ledger_posting l ON l.payment_id = p.id AND l.kind <> 'unwanted_captured' \
        WHERE (a.card_kinds = 'credit' AND a.funding IN ('debit', 'prepaid')) OR (a.card_kinds = 'debit' AND a.funding = 'credit')";
    /// I3: money that nobody wants, and that neither went back nor is about to.
    UNWANTED_FORGOTTEN = "SELECT p.id FROM payment p JOIN ledger_posting l ON l.payment_id = p.id AND l.kind = 'unwanted_captured' \
        WHERE NOT EXISTS (SELECT 1 FROM refund r WHERE r.payment_id = p.id) \
        AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = 'return_money' AND j.subject = p.id)";

    /// I4: more returned, or being returned, than was captured, or in another currency.
    REFUNDED_TOO_MUCH = "SELECT p.id FROM payment p JOIN refund r ON r.payment_id = p.id WHERE r.state <> 'failed' \
        GROUP BY p.id, p.amount_minor, p.currency \
        HAVING SUM(r.amount_minor) > p.amount_minor OR MIN(r.currency) <> p.currency OR MAX(r.currency) <> p.currency";

    /// I4: an order that counts as refunded and is not wholly, or that was wholly refunded and still counts as paid.
    REFUNDED_OTHERWISE = "SELECT o.id FROM orders o JOIN payment p ON p.id = o.payment_id LEFT JOIN \
        (SELECT payment_id, CAST(SUM(amount_minor) AS BIGINT) AS returned FROM refund WHERE state = 'done' GROUP BY payment_id) r \
        ON r.payment_id = p.id WHERE (o.state = 'refunded' AND COALESCE(r.returned, 0) <> p.amount_minor) \
        OR (o.state = 'paid' AND p.amount_minor > 0 AND COALESCE(r.returned, 0) >= p.amount_minor)";
    /// I4: a wholly refunded payment that gave back more or less tax than it took, or a part that gave back more.
    TAX_REFUNDED_OTHERWISE = "SELECT o.id FROM orders o JOIN quote q ON q.order_id = o.id AND q.version = o.quote_version \
        LEFT JOIN (SELECT l.order_id, CAST(SUM(e.amount_minor) AS BIGINT) AS tax FROM ledger_posting l JOIN ledger_entry e ON e.posting_id = l.id \
        WHERE l.kind = 'refunded' AND e.account = 'tax_payable' GROUP BY l.order_id) t ON t.order_id = o.id \
        WHERE (o.state = 'refunded' AND COALESCE(t.tax, 0) <> q.tax_minor) OR COALESCE(t.tax, 0) > q.tax_minor OR COALESCE(t.tax, 0) < 0";

    /// I5: a refund that is booked and not done, to another amount or order, or as what it is not.
    REFUND_BOOKED_OTHERWISE = "SELECT r.id FROM refund r JOIN payment p ON p.id = r.payment_id JOIN ledger_posting l ON l.refund_id = r.id \
        LEFT JOIN ledger_posting c ON c.payment_id = p.id \
        LEFT JOIN (SELECT posting_id, currency, CAST(SUM(amount_minor) AS BIGINT) AS amount FROM ledger_entry \
        WHERE account = 'clearing' GROUP BY posting_id, currency) e ON e.posting_id = l.id \
        WHERE r.state <> 'done' OR COALESCE(e.amount, 0) <> -r.amount_minor OR e.currency <> r.currency OR l.order_id <> p.order_id \
        OR (l.kind = 'unwanted_returned') <> (COALESCE(c.kind, '') = 'unwanted_captured') OR l.kind NOT IN ('refunded', 'unwanted_returned')";
    /// I5: a posting that does not sum to zero in each currency.
    UNBALANCED = "SELECT posting_id FROM ledger_entry GROUP BY posting_id, currency HAVING SUM(amount_minor) <> 0";
    /// I5: money that moved, either way, and is in no book.
    PAYMENT_UNBOOKED = "SELECT p.id FROM payment p WHERE p.amount_minor > 0 \
        AND NOT EXISTS (SELECT 1 FROM ledger_posting l WHERE l.payment_id = p.id) \
        UNION ALL SELECT r.id FROM refund r WHERE r.state = 'done' \
        AND NOT EXISTS (SELECT 1 FROM ledger_posting l WHERE l.refund_id = r.id)";
    /// I5: the clearing account got another amount than was captured.
    BOOKED_OTHERWISE = "SELECT p.id FROM payment p JOIN ledger_posting l ON l.payment_id = p.id \
        LEFT JOIN (SELECT posting_id, currency, CAST(SUM(amount_minor) AS BIGINT) AS amount FROM ledger_entry \
        WHERE account = 'clearing' GROUP BY posting_id, currency) e ON e.posting_id = l.id \
        WHERE COALESCE(e.amount, 0) <> p.amount_minor OR e.currency <> p.currency OR l.order_id <> p.order_id";
    /// I5: two payments with one reference of one processor.
    REFERENCE_TWICE = "SELECT a.id FROM payment a JOIN payment b ON b.processor = a.processor AND b.reference = a.reference AND b.id <> a.id";

    /// I6: a captured amount that is not the attempt's, or an order's payment that is not the quote its buyer last saw.
    CHARGED_OTHERWISE = "SELECT p.id FROM payment p JOIN attempt a ON a.id = p.attempt_id \
        WHERE a.amount_minor <> p.amount_minor OR a.currency <> p.currency OR a.order_id <> p.order_id \
        UNION ALL SELECT p.id FROM orders o JOIN payment p ON p.id = o.payment_id \
        LEFT JOIN quote q ON q.order_id = o.id AND q.version = o.quote_version \
        WHERE q.id IS NULL OR q.total_minor <> p.amount_minor OR q.currency <> p.currency OR o.total_minor <> p.amount_minor";

    /// I7: an order that is or was paid with no confirmation, or with two.
    UNCONFIRMED = "SELECT o.id FROM orders o LEFT JOIN \
        (SELECT order_id, COUNT(*) AS told FROM message WHERE kind = 'confirmation' GROUP BY order_id) m ON m.order_id = o.id \
        WHERE o.state IN ('paid', 'refunded') AND COALESCE(m.told, 0) <> 1";

    /// I7: a wholly refunded order whose buyer was not told, or twice.
    REFUND_UNTOLD = "SELECT o.id FROM orders o LEFT JOIN \
        (SELECT order_id, COUNT(*) AS told FROM message WHERE kind = 'refunded' GROUP BY order_id) m ON m.order_id = o.id \
        WHERE o.state = 'refunded' AND COALESCE(m.told, 0) <> 1";

    /// I8: an order in a state that the trail does not know of. That a usage order waits for payment is in its session's trail.
    UNTRAILED = "SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = o.id AND a.after = o.state) \
        AND NOT (o.kind = 'usage' AND o.state = 'held' \
        AND EXISTS (SELECT 1 FROM audit a WHERE a.subject = o.session_id AND a.action = 'usage.quoted'))";

    /// I9: what we believe the processors took and got back, by our reference.
    OUR_CAPTURES = "SELECT a.our_ref, p.amount_minor, COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) FROM refund r \
        WHERE r.payment_id = p.id AND r.state = 'done'), 0) AS returned, p.currency FROM payment p JOIN attempt a ON a.id = p.attempt_id \
        JOIN orders o ON o.id = p.order_id WHERE o.mode = 'test' AND p.processor NOT IN ('none', 'offline') ORDER BY a.our_ref";
    /// I9: references whose money is still in question.
    OUR_DOUBTS = "SELECT a.our_ref FROM attempt a WHERE a.state IN ('prepared', 'unknown', 'needs_person') \
        UNION SELECT a.our_ref FROM attempt a JOIN payment p ON p.attempt_id = a.id JOIN refund r ON r.payment_id = p.id \
        WHERE r.state IN ('prepared', 'unknown', 'pending', 'needs_person')";
    /// I9: our accounts.
    OUR_ACCOUNTS = "SELECT kind, settings FROM processor_config WHERE mode = 'test'";
}
