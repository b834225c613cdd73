/**
 * The program that computes bills: a pure function of bytes, stored on chain beside the planner and re-run by everybody. No dependency, no
 * I/O but in {@link Main}, no clock, no floating point. Encodings and rules: docs/reference/bills.md.
 */
package org.chargeproof.billing;
