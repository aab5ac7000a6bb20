/** What a record may be used for: the codes of HL7's v3-ActReason that a consent here can name. By number in links, from 1. */
export const PURPOSES = ['TREAT', 'HPAYMT', 'HRESCH', 'FAMRQT', 'PATRQT', 'ETREAT'] as const;
/** Treatment, payment, research, family's request, patient's request, emergency treatment. */
export type Purpose = (typeof PURPOSES)[number];
