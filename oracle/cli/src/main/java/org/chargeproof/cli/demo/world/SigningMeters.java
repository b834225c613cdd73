package org.chargeproof.cli.demo.world;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.ledger.Network;
import org.chargeproof.meter.MeterCurve;
import org.chargeproof.meter.MeterIdentity;
import org.chargeproof.meter.MeterKey;
import org.chargeproof.meter.MeterPublicKey;
import org.chargeproof.meter.OcmfRecord;
import org.chargeproof.meter.SignedSession;
import org.chargeproof.meter.VirtualMeter;
import org.chargeproof.operator.meter.ChainKeys;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.bill.IssuedBill;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the charge points sign what each session takes: at its begin, at the end of each timestep, and at its end (OCMF). Their
 * keys are on chain, and what a session's records hash to is before its bill. The records stay with the operators.
 */
public final class SigningMeters {
    /** Where a network lives on, records of long ago are their drivers' to keep. */
    private static final int MOST_KEPT = 10_000;

    /** The same as in Meters. */
    private static final int MOST_AT_ONCE = 1_024;

    private final Network network;
    private final Network.@Nullable Market market;
    private final Transactions transactions;
    private final List<Keys.Operator> operators;
    private final List<Scenario.Point> points;
    private final List<VirtualMeter> meters = new ArrayList<>();
    /** Of the session that goes on, by charge point; 0 for none. */
    private final int[] sessions;

    private final Map<Integer, List<OcmfRecord>> records = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, List<OcmfRecord>> eldest) {
            return size() > MOST_KEPT;
        }
    };
    /** Hashes that are yet to go on chain, by operator and session. */
    private final Map<Integer, SortedMap<Integer, Bytes>> waiting = new HashMap<>();

    private final Map<Integer, MeterPublicKey> keysOnChain = new HashMap<>();

    SigningMeters(
            List<Scenario.Point> points, Network network, Transactions transactions, List<Keys.Operator> operators) {
        this.points = points;
        this.network = network;
        this.market = network.market();
        this.transactions = transactions;
        this.operators = operators;
        this.sessions = new int[points.size()];
    }

    /** Each meter gets a key, and the chain gets its public half. */
    void registerKeys() {
        if (market == null) {
            return;
        }
        var random = new SecureRandom();
        for (int i = 0; i < points.size(); i++) {
            var key = MeterKey.generate(MeterCurve.SECP256R1, random);
            meters.add(new VirtualMeter(
                    new MeterIdentity("demo-" + i, points.get(i).evseId()), key));
            transactions.send(
                    operators.get(points.get(i).operator()).owner(),
                    "registering a meter's key",
                    market.meters().getContractAddress(),
                    market.meters()
                            .setKey(
                                    BigInteger.valueOf(i),
                                    BigInteger.valueOf(key.curve().number()),
                                    key.publicKey().bytes()));
        }
        transactions.confirm();
    }

    /** A session begins to charge, unless it did before. */
    void begin(int point, int session, long atSeconds) {
        if (market != null && session != 0 && sessions[point] != session) {
            end(point, atSeconds);
            meters.get(point).begin(Instant.ofEpochSecond(atSeconds));
            sessions[point] = session;
        }
    }

    /** A timestep's energy of the session that goes on, if any does. */
    void count(int point, long energyWh, long atSeconds) {
        if (sessions[point] != 0) {
            meters.get(point).tick(Instant.ofEpochSecond(atSeconds), energyWh);
        }
    }

    /** The car is unplugged. */
    void end(int point, long atSeconds) {
        int session = sessions[point];
        if (session == 0) {
            return;
        }
        sessions[point] = 0;
        var meter = meters.get(point);
        meter.end(Instant.ofEpochSecond(atSeconds), 0);
        var signed = meter.records();
        records.put(session, signed);
        waiting.computeIfAbsent(points.get(point).operator(), o -> new TreeMap<>())
                .put(session, Bytes.wrap(OcmfRecord.recordsHash(signed.getFirst(), signed.getLast())));
    }

    /** There was no session: it was refused. */
    void forget(int point, long atSeconds) {
        if (sessions[point] != 0) {
            sessions[point] = 0;
            meters.get(point).end(Instant.ofEpochSecond(atSeconds), 0);
        }
    }

    /** What ended sessions' records hash to goes on chain, for all of an operator at once. */
    void record() {
        waiting.forEach((operator, hashes) -> {
            var entries = new ArrayList<Bytes>();
            hashes.forEach((session, hash) -> entries.add(Bytes.concatenate(Bytes.ofUnsignedInt(session), hash)));
            var contract = Objects.requireNonNull(market).meters();
            for (int from = 0; from < entries.size(); from += MOST_AT_ONCE) {
                var some = entries.subList(from, Math.min(entries.size(), from + MOST_AT_ONCE));
                transactions.send(
                        operators.get(operator).meter(),
                        "recording what meters signed",
                        contract.getContractAddress(),
                        contract.record(Bytes.concatenate(some).toArray()));
            }
        });
        waiting.clear();
        transactions.confirm();
    }

    /** Whether a session's records verify by the key on chain, tell the energy of its bill, and are those that the bill names. */
    public boolean verifies(IssuedBill bill) {
        var signed = records.get(bill.session());
        if (signed == null) {
            // a car that never came; or somebody who asked, and has none
            return bill.energyWh() == 0;
        }
        var checked = SignedSession.check(
                signed, keysOnChain.computeIfAbsent(bill.chargePoint(), point -> ChainKeys.require(network, point)));
        return checked.isGood()
                && Bytes.wrap(checked.recordsHash()).equals(bill.records())
                && checked.energyWh().longValueExact() == bill.energyWh();
    }
}
