/** Test cards of the payment simulators, and an address for them. */

export const GOOD = '4111111111111111';
export const AMEX = '378282246310005';
export const DECLINED = '4000000000000002';
/** Booked, and every answer lost. */
export const LOST = '4000000000000119';

export const CARD = {
  card_number: GOOD,
  card_expiry: '12 / 34',
  card_csc: '123',
  card_name: 'Ada Lovelace',
  billing_line1: '12 St James’s Square',
  billing_city: 'London',
  billing_postcode: 'SW1Y 4JH',
  billing_country: 'GB',
};

export type Card = typeof CARD;
