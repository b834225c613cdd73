package org.chargeproof.oracle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.chargeproof.api.OperatorInputs;
import org.chargeproof.contracts.Charging;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RevertReasons;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.time.BlockHeader;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * Sends what operators' systems put in by the HTTP API, with the meter account. They are taken by whatever thread, and sent by the
 * oracle's own at the next look, through the outbox: the same again is sent once.
 */
final class MeterInputs implements OperatorInputs {
    private static final int MOST_WAITING = 256;
    private static final int MOST_AT_ONCE = 16;
    private static final int STEP_BYTES = 13;
    private static final List<String> CONFLICTS =
            List.of("AlreadyReported", "TimestepNotOver", "ForecastInPast", "TooManyForecasts");

    private final Charging contract;
    private final LedgerClient client;
    private final String account;
    private final Outbox outbox;
    private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(MOST_WAITING);

    private record Waiting(String purpose, RemoteFunctionCall<?> call, CompletableFuture<Outcome> outcome) {}

    /** @param account of the meter, whose outbox it is */
    MeterInputs(Charging contract, LedgerClient client, String account, Outbox outbox) {
        this.contract = contract;
        this.client = client;
        this.account = account;
        this.outbox = outbox;
    }

    @Override
    public CompletableFuture<Outcome> reportGroup(int group, int timestep, int loadWh, int pvWh, int firmPvWh) {
        return put(
                // with its values: another one for the same timestep is told that the ledger has one
                "group " + group + " " + timestep + " " + loadWh + " " + pvWh + " " + firmPvWh,
                contract.reportGroup(big(group), big(timestep), big(loadWh), big(pvWh), big(firmPvWh)));
    }

    @Override
    public CompletableFuture<Outcome> publishForecast(int group, int fromTimestep, List<ForecastStep> steps) {
        var bytes = ByteBuffer.allocate(steps.size() * STEP_BYTES);
        for (ForecastStep step : steps) {
            bytes.putInt(step.expectedLoadWh()).putInt(step.reservedLoadWh()).putInt(step.expectedPvWh());
            bytes.put((byte) step.greenClass());
        }
        return put(
                "forecast " + group + " " + fromTimestep + " " + Sha256.of(bytes.array()),
                contract.publishForecast(big(group), big(fromTimestep), bytes.array()));
    }

    @Override
    public CompletableFuture<Outcome> reportBattery(int battery, int timestep, int storedWh, int powerW) {
        return put(
                "battery " + battery + " " + timestep + " " + storedWh + " " + powerW,
                contract.reportBattery(big(battery), big(timestep), big(storedWh), big(powerW)));
    }

    /** Whether something waits to be sent. */
    boolean hasNews() {
        return !waiting.isEmpty();
    }

    /** Sends what waits. Called by the oracle's thread. */
    void act(BlockHeader head) {
        // plans do not wait for a system that sends without end
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            Waiting next = waiting.poll();
            if (next == null) {
                return;
            }
            try {
                next.outcome().complete(send(next, head));
            } catch (LedgerException | RpcErrorException e) {
                next.outcome()
                        .complete(new Refused(Reason.UNAVAILABLE, "the ledger's node does not answer; try again"));
                throw e;
            }
        }
    }

    private Outcome send(Waiting next, BlockHeader head) {
        if (!outbox.holds(next.purpose())) {
            String data = next.call().encodeFunctionCall();
            var refusal =
                    client.refusal(account, contract.getContractAddress(), data, DefaultBlockParameterName.LATEST);
            if (refusal.isPresent()) {
                return refused(refusal.get());
            }
            outbox.sign(next.purpose(), contract.getContractAddress(), data, head.number())
                    .ifPresent(outbox::transmit);
        }
        return new Sent(outbox.hash(next.purpose()).orElseThrow());
    }

    private static Refused refused(RpcErrorException refusal) {
        String data = refusal.data();
        Reason reason = RevertReasons.is(data, "UnknownGroup") || RevertReasons.is(data, "UnknownBattery")
                ? Reason.UNKNOWN
                : RevertReasons.is(data, "NotYourGroup") || RevertReasons.is(data, "NotAMeter")
                        ? Reason.NOT_YOURS
                        : CONFLICTS.stream().anyMatch(error -> RevertReasons.is(data, error))
                                ? Reason.CONFLICT
                                : Reason.BAD_VALUE;
        return new Refused(
                reason, "the ledger refuses it: " + RevertReasons.explain(data).orElse("its node does not tell why"));
    }

    private CompletableFuture<Outcome> put(String purpose, RemoteFunctionCall<?> call) {
        var outcome = new CompletableFuture<Outcome>();
        if (!waiting.offer(new Waiting(purpose, call, outcome))) {
            outcome.complete(new Refused(
                    Reason.UNAVAILABLE, MOST_WAITING + " inputs wait to be sent, which is the limit; try again"));
        }
        return outcome;
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
