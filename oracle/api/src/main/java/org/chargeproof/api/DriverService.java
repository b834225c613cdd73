package org.chargeproof.api;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Persons who charge without a wallet of their own, and their wallets. Its calls wait for a database and a ledger: they are made on threads
 * that may. Callers are named as the API knows them, {@code key:ID} or {@code token:SUBJECT}; values are checked for their ranges before.
 */
public interface DriverService {
    /** Adds a person with a new wallet. */
    MadePerson add(NewPerson person) throws RefusedException;

    /** Persons by id, those after {@code afterId}, which is empty for the first. */
    PersonPage list(String afterId, int count) throws RefusedException;

    /** Deletes a person: for an operator. */
    DeletedPerson delete(String person) throws RefusedException;

    /** A new code that shows a wallet's words once: for an operator, who knows whom it gives it to. */
    ExportCode newExportCode(String person) throws RefusedException;

    /** Who calls. */
    ShownPerson me(String caller) throws RefusedException;

    /** What the caller's wallet has on the ledger. */
    OwnWallet wallet(String caller) throws RefusedException;

    /** Deletes who calls. */
    DeletedPerson deleteMe(String caller) throws RefusedException;

    /** Asks for energy with a fresh account of the caller's wallet. */
    SentRequest request(String caller, ChargeRequest request) throws RefusedException;

    /** Ends a session of the caller, or withdraws its request. @return hash of the transaction */
    String end(String caller, int session) throws RefusedException;

    /** All sessions of the caller, the newest first. */
    List<OwnSession> sessions(String caller) throws RefusedException;

    /** Makes sure that a session is the caller's. */
    void requireOwn(String caller, int session) throws RefusedException;

    /** Shows the 12 words of the caller's wallet, once for each code. The wallet asks for nothing afterwards. */
    ShownWords export(String caller, String code) throws RefusedException;

    /**
     * A person to be added; what is not known is empty.
     *
     * @param subject of the OpenID Connect issuer whose tokens count here; empty for none
     * @param withKey whether it gets an API key of the role driver
     * @param capMicroEuro the most that its sessions may cost within {@code capDays}
     */
    record NewPerson(
            String name, String email, String phone, String subject, boolean withKey, long capMicroEuro, int capDays) {
        /** Nothing of the person. */
        @Override
        public String toString() {
            return "NewPerson[...]";
        }
    }

    /**
     * A person who was added. Key and code are shown this once.
     *
     * @param person id
     * @param key null when it was not wanted
     */
    record MadePerson(String person, @Nullable String key, String exportCode) {}

    /** A code that shows a wallet's words. */
    record ExportCode(String person, String exportCode) {}

    /** A person in a list. */
    record PersonInList(String person, String name, String email, String phone, long createdSeconds) {}

    /**
     * A part of the list.
     *
     * @param next to go on after; null at the end
     */
    record PersonPage(List<PersonInList> persons, @Nullable String next) {}

    /**
     * Who calls.
     *
     * @param capMicroEuro the most that sessions may cost within {@code capDays}
     * @param spentMicroEuro what counts against it now: what sessions have cost, and what those that are not over can cost at most
     * @param exportedSeconds when the wallet's words were shown; 0 when they never were
     */
    record ShownPerson(
            String person,
            String name,
            String email,
            String phone,
            long createdSeconds,
            long capMicroEuro,
            int capDays,
            long spentMicroEuro,
            long exportedSeconds) {}

    /**
     * A wallet's first account, to which tokens and compensations of all its sessions go.
     *
     * @param tokens in millionths
     * @param microEuro euros on the ledger, in millionths
     */
    record OwnWallet(String account, long tokens, long microEuro) {}

    /**
     * What became of a person.
     *
     * @param openSessions that charge on until their departure, or until the provider ends them
     */
    record DeletedPerson(String person, List<Integer> openSessions) {}

    /** The words of a wallet. */
    record ShownWords(String words) {
        /** Not the words. */
        @Override
        public String toString() {
            return "ShownWords[...]";
        }
    }

    /**
     * Energy that is asked for.
     *
     * @param arrivalSeconds 0 for a car that is there
     */
    record ChargeRequest(
            int chargePoint,
            int energyWh,
            int leastEnergyWh,
            long arrivalSeconds,
            long departureSeconds,
            boolean joins) {}

    /**
     * A request that was sent.
     *
     * @param request number of the account in the wallet
     * @param account address of it
     * @param vouchTransaction with which the provider vouched for the account; empty when it had before
     * @param session its number on the ledger; null while no block has it
     * @param budgetMicroEuro what it can cost at most
     * @param progress where to look how far it is; null before it has a number
     */
    record SentRequest(
            int request,
            String state,
            String account,
            String vouchTransaction,
            String requestTransaction,
            @Nullable Integer session,
            long budgetMicroEuro,
            @Nullable String progress) {}

    /**
     * A session of a person.
     *
     * @param chargedMicroEuro what it has cost; null while it is not over, or not known any more
     * @param status on the ledger; null when it has none there, or is not remembered any more
     */
    record OwnSession(
            int request,
            String state,
            @Nullable Integer session,
            String account,
            int chargePoint,
            int energyWh,
            long requestedSeconds,
            long budgetMicroEuro,
            @Nullable Long chargedMicroEuro,
            @Nullable String status) {}

    /**
     * What a caller is told whose call ended with an error of what serves it, such as a database that does not answer.
     *
     * @return empty for an error that should not happen
     */
    default Optional<RefusedException> refusal(RuntimeException error) {
        return Optional.empty();
    }

    /** It is not done; the message is for the caller. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        private final OperatorInputs.Reason reason;

        /**
         * Refuses.
         *
         * @param detail what is wrong, and the remedy
         */
        public RefusedException(OperatorInputs.Reason reason, String detail) {
            super(detail, null, false, false);
            this.reason = reason;
        }

        /** Why. */
        public OperatorInputs.Reason reason() {
            return reason;
        }
    }
}
