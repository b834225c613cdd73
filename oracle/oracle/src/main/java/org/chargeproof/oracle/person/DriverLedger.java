package org.chargeproof.oracle.person;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.api.DriverService.ChargeRequest;
import org.chargeproof.api.DriverService.RefusedException;
import org.chargeproof.api.OperatorInputs.Reason;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.contracts.Charging;
import org.chargeproof.contracts.Settlement;
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
import org.chargeproof.view.rpc.BillMethods.ComputedBill;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** What drivers' accounts and the provider that vouches for them send. Waits for blocks; safe for use by many threads. */
final class DriverLedger implements AutoCloseable {
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_MILLIS = 200;
    /** Accounts or claims in a transaction: as many claims as the contract takes. */
    static final int MOST_AT_ONCE = 64;

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
     * Vouches for fresh accounts in one transaction, and waits until a block says so.
     *
     * @param accounts at most {@value #MOST_AT_ONCE}
     * @param signed told the transaction's hash before it is sent
     */
    void vouch(List<Credentials> accounts, Consumer<String> signed) throws RefusedException {
        String assets = network.assets().getContractAddress();
        var addresses = accounts.stream().map(Credentials::getAddress).toList();
        var proofs = accounts.stream()
                .map(account -> TypedData.pseudonym(client.chainId(), assets, providerId, account.getAddress())
                        .sign(account)
                        .toArray())
                .toList();
        String data = network.assets().registerUsers(addresses, proofs).encodeFunctionCall();
        sendAsProvider(assets, data, signed);
    }

    /** Vouches for accounts no more, at most {@value #MOST_AT_ONCE}: they may ask for nothing again. */
    void retire(List<String> accounts) throws RefusedException {
        sendAsProvider(
                network.assets().getContractAddress(),
                network.assets().retireUsers(accounts).encodeFunctionCall(),
                hash -> {});
    }

    /** Timestep of the newest final settlement; 0 without one, or without contracts that bill. */
    int lastFinalSettlement() throws RefusedException {
        var market = network.market();
        return market == null
                ? 0
                : asked(() -> client.call(market.settlement().lastFinal()).intValueExact());
    }

    /** Lets a session's account say where what its bill gives is to go: to be sent with {@link #claim}. */
    Settlement.Claim claimOf(Credentials account, String to, int session, int settlement, ComputedBill bill) {
        String contract = network.requireMarket().settlement().getContractAddress();
        return new Settlement.Claim(
                big(settlement),
                Bytes.fromHexString(bill.bytes()).toArrayUnsafe(),
                big(bill.index()),
                bill.path().stream()
                        .map(hash -> Bytes.fromHexString(hash).toArrayUnsafe())
                        .toList(),
                to,
                TypedData.claim(client.chainId(), contract, session, to)
                        .sign(account)
                        .toArray());
    }

    /** Claims tokens and compensations, at most {@value #MOST_AT_ONCE}, and waits for a block. */
    void claim(List<Settlement.Claim> claims) throws RefusedException {
        var settlement = network.requireMarket().settlement();
        sendAsProvider(settlement.getContractAddress(), settlement.claim(claims).encodeFunctionCall(), hash -> {});
    }

    /** What an account has: tokens, in millionths; euros, in millionths; 0 on a network without either. */
    Balances balances(String account) throws RefusedException {
        var market = network.market();
        return market == null
                ? new Balances(0, 0)
                : asked(() -> new Balances(
                        client.call(market.flexibility().balanceOf(account)).longValueExact(),
                        client.call(market.euro().balanceOf(account)).longValueExact()));
    }

    /** What an account has, in millionths. */
    record Balances(long tokens, long microEuro) {}

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

    /** Ends a session of one of the provider's drivers, as the provider. */
    void endAsProvider(int session) throws RefusedException {
        sendAsProvider(
                network.charging().getContractAddress(),
                network.charging().endSession(big(session)).encodeFunctionCall(),
                hash -> {});
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

    /** Waits until a block has it. */
    private void sendAsProvider(String to, String data, Consumer<String> signed) throws RefusedException {
        requireTaken(signer.address(), to, data);
        String hash;
        synchronized (provider) {
            hash = send(provider, to, data, signed);
        }
        var receipt = await(hash)
                .orElseThrow(() -> new RefusedException(
                        Reason.UNAVAILABLE, "no block has taken the provider's transaction within 20 s. Try again"));
        if (!receipt.isStatusOK()) {
            throw new RefusedException(
                    Reason.CONFLICT, "the ledger refused the provider's transaction " + hash + ". Try again");
        }
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
