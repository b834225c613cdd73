package org.chargeproof.oracle.person;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chargeproof.api.DriverService.ChargeRequest;
import org.chargeproof.api.DriverService.RefusedException;
import org.chargeproof.api.OperatorInputs.Reason;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.contracts.Charging;
import org.chargeproof.ledger.GasLimits;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ledger.RevertReasons;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.ledger.TypedData;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** What drivers' accounts and the provider that vouches for them send. Waits for blocks; safe for use by many threads. */
final class DriverLedger implements AutoCloseable {
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_MILLIS = 200;
    /** Accounts that may vouch: a member's owner and meter, a provider's owner and desk. */
    private static final List<Integer> VOUCHING_ROLES = List.of(1, 3, 4, 5);

    private static final List<String> CONFLICTS = List.of(
            "ChargePointOccupied",
            "ChargePointOutOfService",
            "AccountBusy",
            "SessionDone",
            "TooManyRequests",
            "TooManyHeld",
            "TooManyUsers",
            "UserTaken");

    private final LedgerClient client;
    private final Network network;
    private final TransactionSigner signer;
    private final LedgerAccount provider;
    private final int providerId;

    private DriverLedger(LedgerClient client, Network network, TransactionSigner signer, int providerId) {
        this.client = client;
        this.network = network;
        this.signer = signer;
        this.provider = new LedgerAccount(client, signer);
        this.providerId = providerId;
    }

    /**
     * Begins, over a connection of its own.
     *
     * @throws BadInputException when the account may not vouch for anybody
     */
    static DriverLedger open(LedgerClient client, String contract, TransactionSigner signer) {
        var network = Network.discover(client, contract);
        var role = client.call(network.consortium().roleOf(signer.address()));
        if (!VOUCHING_ROLES.contains(role.component2().intValueExact())) {
            throw new BadInputException("--provider-key: " + signer.address()
                    + " may vouch for nobody on the network at " + network.address()
                    + ". Name the key of a member's owner, or of a provider's owner or desk.");
        }
        return new DriverLedger(client, network, signer, role.component1().intValueExact());
    }

    /** Who vouches: its id. */
    int provider() {
        return providerId;
    }

    /** Whether the provider vouches for an account. */
    boolean isVouchedFor(String account) throws RefusedException {
        return asked(() -> client.call(network.assets().userOf(account)).intValueExact()) == providerId;
    }

    /**
     * Vouches for a fresh account, and waits until a block says so.
     *
     * @param signed told the transaction's hash before it is sent
     */
    void vouch(Credentials account, Consumer<String> signed) throws RefusedException {
        String assets = network.assets().getContractAddress();
        byte[] proof = TypedData.pseudonym(client.chainId(), assets, providerId, account.getAddress())
                .sign(account)
                .toArray();
        String data = network.assets()
                .registerUsers(List.of(account.getAddress()), List.of(proof))
                .encodeFunctionCall();
        requireTaken(signer.address(), assets, data);
        String hash;
        synchronized (provider) {
            hash = send(provider, assets, data, signed);
        }
        var receipt = await(hash)
                .orElseThrow(() -> new RefusedException(
                        Reason.UNAVAILABLE,
                        "no block has taken the account within 20 s; it is kept for your next request. Try again"));
        if (!receipt.isStatusOK()) {
            throw new RefusedException(Reason.CONFLICT, "the ledger refused the account " + account.getAddress());
        }
    }

    /**
     * Asks for energy, and waits for a block.
     *
     * @param signed told the transaction's hash before it is sent
     * @return what the block says; empty when none has it yet
     */
    Optional<TransactionReceipt> request(Credentials account, ChargeRequest asked, Consumer<String> signed)
            throws RefusedException {
        String charging = network.charging().getContractAddress();
        String data = network.charging()
                .request(
                        big(asked.chargePoint()),
                        big(asked.energyWh()),
                        big(asked.leastEnergyWh()),
                        big(asked.arrivalSeconds()),
                        big(asked.departureSeconds()),
                        asked.joins())
                .encodeFunctionCall();
        requireTaken(account.getAddress(), charging, data);
        return await(send(new LedgerAccount(client, account), charging, data, signed));
    }

    /** Ends a session or withdraws a request, without waiting for a block. @return hash of the transaction */
    String end(Credentials account, int session) throws RefusedException {
        String charging = network.charging().getContractAddress();
        String data = network.charging().endSession(big(session)).encodeFunctionCall();
        requireTaken(account.getAddress(), charging, data);
        return send(new LedgerAccount(client, account), charging, data, hash -> {});
    }

    /** What a block says of a transaction; empty when none has it. */
    Optional<TransactionReceipt> receipt(String hash) throws RefusedException {
        return asked(() -> client.receipt(hash));
    }

    /** Whether an account has never sent anything that a block has. */
    boolean isFresh(String account) throws RefusedException {
        return asked(() -> client.ask(client.web3j().ethGetTransactionCount(account, DefaultBlockParameterName.LATEST))
                        .getTransactionCount()
                        .signum()
                == 0);
    }

    /** The session's number that a request was given; 0 when it was refused. */
    static int session(TransactionReceipt receipt) {
        var events = receipt.isStatusOK()
                ? Charging.getChargingRequestedEvents(receipt)
                : List.<Charging.ChargingRequestedEventResponse>of();
        return events.isEmpty() ? 0 : events.getFirst().session.intValueExact();
    }

    @Override
    public void close() {
        client.close();
    }

    private void requireTaken(String from, String to, String data) throws RefusedException {
        var refusal = asked(() -> client.refusal(from, to, data, DefaultBlockParameterName.LATEST));
        if (refusal.isPresent()) {
            String why = refusal.get().data();
            Reason reason = RevertReasons.is(why, "UnknownSession") || RevertReasons.is(why, "UnknownChargePoint")
                    ? Reason.UNKNOWN
                    : CONFLICTS.stream().anyMatch(error -> RevertReasons.is(why, error))
                            ? Reason.CONFLICT
                            : Reason.BAD_VALUE;
            throw new RefusedException(
                    reason,
                    "the ledger refuses it: " + RevertReasons.explain(why).orElse("its node does not tell why"));
        }
    }

    private String send(LedgerAccount account, String to, String data, Consumer<String> signed)
            throws RefusedException {
        return asked(() -> {
            try {
                var transaction = account.sign(0, to, data, GasLimits.forCall(data));
                signed.accept(transaction.hash());
                account.send(transaction);
                return transaction.hash();
            } finally {
                // what could not be noted was not sent; and others of the same account may have been sent from
                // elsewhere
                account.forgetNonce();
            }
        });
    }

    private Optional<TransactionReceipt> await(String hash) throws RefusedException {
        long deadline = System.nanoTime() + WAIT_NANOS;
        while (true) {
            var receipt = receipt(hash);
            if (receipt.isPresent() || System.nanoTime() - deadline > 0) {
                return receipt;
            }
            Pause.millis(LOOK_MILLIS);
        }
    }

    private interface Asked<T> {
        T answer();
    }

    private static <T> T asked(Asked<T> question) throws RefusedException {
        try {
            return question.answer();
        } catch (LedgerException | RpcErrorException e) {
            throw new RefusedException(
                    Reason.UNAVAILABLE, "the ledger's node does not answer, or takes nothing; try again");
        }
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
