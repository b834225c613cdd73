/**
 * Payment while energy flows, as a library. What is needed to use it:
 *
 * <ul>
 *   <li>{@link org.chargeproof.payment.VoucherDomain}: the chain and the contract that vouchers are for;
 *   <li>{@link org.chargeproof.payment.Channel}: who pays whom, and how much at most;
 *   <li>{@link org.chargeproof.payment.Payer}: signs. Tell it what its own meter shows ({@code meter}) and what the payee asks for
 *       ({@code pay}); send what it returns, which is on disk by then;
 *   <li>{@link org.chargeproof.payment.Payee}: takes. Tell it what was delivered ({@code deliver}), hand it what arrives
 *       ({@code receive}), and deliver no more than {@code allowanceMicroEuro};
 *   <li>{@link org.chargeproof.payment.Relay}: both for one session, for the provider in the middle;
 *   <li>{@link org.chargeproof.payment.Tariff}: what energy costs, as bills compute it;
 *   <li>{@link org.chargeproof.payment.PaymentLimits}: the unit that each may lose to the other, and what meters may differ by.
 * </ul>
 *
 * <p>{@link org.chargeproof.payment.PayerChannel} and {@link org.chargeproof.payment.PayeeChannel} are the same two without a disk: they
 * have no clock, no file and no socket. Money is in millionths of a euro, energy in Wh, both cumulative in a lane, which is a session.
 */
@NullMarked
package org.chargeproof.payment;

import org.jspecify.annotations.NullMarked;
