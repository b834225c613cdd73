package org.chargeproof.protocol.reputation;

import java.util.List;

/**
 * What is on record of one member or provider, in both of its roles. What each number means, and what it does not prove, says
 * docs/concepts/reputation.md. Amounts are in millionths of a euro, and stay at 2^63 - 1 where they would be more.
 *
 * @param account id of a member or provider
 * @param reasons the newest of each kind, newest first
 */
public record Reputation(int account, AsProvider asProvider, AsOperator asOperator, List<Reason> reasons) {
    /**
     * As who vouches for drivers, and pays for them.
     *
     * @param sessions accepted ones of accounts that it vouched for
     * @param sessionsBilled of them, in final settlements
     * @param sessionsItEnded before their departure
     * @param owedMicroEuro by final bills, to other operators
     * @param paidMicroEuro of it, through channels
     * @param unpaidMicroEuro what is owed and not paid now, summed over operators
     * @param payments for how many settlements it owed another operator, each such pair counted
     * @param paymentsLate of them, what was not paid whole {@link Reputations#PAYMENT_TIMESTEPS} later
     * @param lateMicroEuro what was missing then
     * @param chargedMicroEuro by final bills, to its drivers
     * @param paidByDriversMicroEuro of it, through drivers' channels: a driver may pay otherwise
     * @param driverPayments for how many settlements its drivers owed it
     * @param driverPaymentsLate of them, what was not paid whole as much later
     * @param driversLateMicroEuro what was missing then
     * @param closings of its channels to others that were announced, by either side
     * @param closingsBeaten of them, after which a newer voucher came on chain
     */
    public record AsProvider(
            long sessions,
            long sessionsBilled,
            long sessionsItEnded,
            long owedMicroEuro,
            long paidMicroEuro,
            long unpaidMicroEuro,
            long payments,
            long paymentsLate,
            long lateMicroEuro,
            long chargedMicroEuro,
            long paidByDriversMicroEuro,
            long driverPayments,
            long driverPaymentsLate,
            long driversLateMicroEuro,
            long closings,
            long closingsBeaten) {}

    /**
     * As who has charge points, and is paid for them.
     *
     * @param sessions accepted ones at its charge points
     * @param sessionsBilled of them, in final settlements
     * @param sessionsItEnded before their departure; also those whose cars were unplugged
     * @param sessionsWithoutRecords billed before a hash of signed meter records was on chain
     * @param billedMicroEuro by final bills, for all providers, itself included
     * @param settlements in which it had bills, each provider counted
     * @param promisesBroken of them, those in which it owes compensation
     * @param compensationMicroEuro that it owes by them
     * @param closings of channels to it that were announced, by either side, drivers' ones included
     * @param closingsBeaten of them, after which a newer voucher came on chain
     */
    public record AsOperator(
            long sessions,
            long sessionsBilled,
            long sessionsItEnded,
            long sessionsWithoutRecords,
            long billedMicroEuro,
            long settlements,
            long promisesBroken,
            long compensationMicroEuro,
            long closings,
            long closingsBeaten) {}

    /** What is counted with its reason. */
    public enum Kind {
        /** A provider ended a session before its departure. */
        ENDED_BY_PROVIDER,
        /** An operator did. */
        ENDED_BY_OPERATOR,
        /** What a provider owed an operator by one settlement was not paid whole in time. */
        PAYMENT_LATE,
        /** What a provider's drivers owed it was not. */
        DRIVERS_LATE,
        /** A newer voucher came on chain after a closing was announced. */
        CLOSING_BEATEN,
        /** Bills of a settlement give compensation for energy that was promised and not delivered. */
        PROMISE_BROKEN,
        /** A session was billed without a hash of signed meter records. */
        NO_RECORDS
    }

    /**
     * Why something was counted.
     *
     * @param session 0 where it is of no single one: what is paid and compensated is on chain for pairs, not for sessions
     * @param timestep of the session's end, of the settlement, or of the closing's announcement
     * @param microEuro what was missing, owed, or vouched for later; 0 where no amount is on chain
     * @param other id of the other side; 0 for drivers
     */
    public record Reason(Kind kind, int session, int timestep, long microEuro, int other) {}
}
