/**
 * The algorithm: canonical bytes in, canonical bytes out. No dependency, no I/O but that of {@link
 * org.chargeproof.planner.Main}, no clock, no floating point, no randomness, so that everybody who runs it on the same
 * input gets the same bytes.
 *
 * <p>What is computed is said in {@code docs/concepts/planner.md}, byte by byte in {@code
 * docs/reference/planner-encoding.md}. Read in this order: {@link org.chargeproof.planner.GroupInput}, {@link
 * org.chargeproof.planner.Planner}, {@link org.chargeproof.planner.Solver}, {@code Admission}, {@code PrefixCuts}, {@code
 * MaxFlow}, {@code ExactCore}, {@code Split}, {@code Prices}, {@link org.chargeproof.planner.Certificate}.
 */
package org.chargeproof.planner;
