package org.chargeproof.protocol.bill;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.billing.Bill;
import org.chargeproof.billing.BillingInput;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.ledger.ByteReader;
import org.chargeproof.protocol.ledger.ByteWriter;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;

/**
 * All bills of one settlement, with everything that is posted and attested: a pure function of what bills depend on at the snapshot, and of
 * the program that computes them.
 *
 * @param timestep the settlement is of
 * @param snapshotBlock last block before the start of the timestep
 * @param valuation SHA-256 of the program's jar
 * @param bills of {@link Bill#BYTES} bytes each, ascending by session
 * @param sums packed for all pairs of provider and operator: see ISettlement
 * @param tokens of all bills, in millionths
 */
public record Settlement(
        int timestep, long snapshotBlock, Bytes32 valuation, List<Bytes> bills, Bytes sums, long tokens) {
    /** Of one pair in {@link #sums}. */
    public static final int SUM_BYTES = 26;

    private static final int SESSION_AT = 4;

    /**
     * Computes a settlement.
     *
     * @param state folded up to the snapshot block, and no further
     * @throws org.chargeproof.protocol.algorithm.AlgorithmException when the program gives no bills
     */
    public static Settlement compute(
            BillingState state, int timestep, long snapshotBlock, PlanningAlgorithm valuation) {
        return assemble(timestep, snapshotBlock, valuation.id(), valuation.plan(inputs(state, timestep)));
    }

    /** The encoded inputs of a settlement: one or more for each group that has stays to bill. */
    public static List<byte[]> inputs(BillingState state, int timestep) {
        return new BillComposer(state)
                .compose(timestep).stream().map(BillingInput::encode).toList();
    }

    /**
     * Puts together what is posted.
     *
     * @param billsOfInputs what the program gave for each input
     * @throws IllegalArgumentException when something of it is no whole number of bills
     */
    public static Settlement assemble(int timestep, long snapshotBlock, Bytes32 valuation, List<byte[]> billsOfInputs) {
        var bills = new ArrayList<Bytes>();
        for (byte[] some : billsOfInputs) {
            if (some.length % Bill.BYTES != 0) {
                throw new IllegalArgumentException("the program that computes bills gave " + some.length
                        + " bytes, no whole number of bills of " + Bill.BYTES);
            }
            for (int at = 0; at < some.length; at += Bill.BYTES) {
                bills.add(Bytes.wrap(Arrays.copyOfRange(some, at, at + Bill.BYTES)));
            }
        }
        bills.sort(Comparator.comparingInt(Settlement::sessionOf));
        long tokens = 0;
        // owed, charged, compensation
        var sums = new TreeMap<Integer, long[]>();
        for (var bytes : bills) {
            var bill = IssuedBill.of(bytes);
            tokens = Math.addExact(tokens, bill.tokens());
            var sum = sums.computeIfAbsent(bill.provider() << Byte.SIZE | bill.operator(), pair -> new long[3]);
            sum[0] = Math.addExact(sum[0], bill.owedMicroEuro());
            sum[1] = Math.addExact(sum[1], bill.chargedMicroEuro());
            sum[2] = Math.addExact(sum[2], bill.compensationMicroEuro());
        }
        return new Settlement(timestep, snapshotBlock, valuation, List.copyOf(bills), pack(sums), tokens);
    }

    private static Bytes pack(SortedMap<Integer, long[]> sums) {
        var out = ByteBuffer.allocate(SUM_BYTES * sums.size());
        sums.forEach((pair, sum) -> {
            out.putShort(pair.shortValue());
            for (long microEuro : sum) {
                out.putLong(microEuro);
            }
        });
        return Bytes.wrap(out.array());
    }

    /**
     * What one pair comes to in a settlement, in millionths of a euro, each at most 2^63 - 1.
     *
     * @param owedMicroEuro by the provider to the operator
     * @param chargedMicroEuro by the provider to its users
     * @param compensationMicroEuro by the operator to users
     */
    public record Sum(
            int provider, int operator, long owedMicroEuro, long chargedMicroEuro, long compensationMicroEuro) {}

    /** Reads packed sums, of whoever posted them; what is no whole sum at their end is passed over. */
    public static List<Sum> sumsOf(Bytes sums) {
        var all = new ArrayList<Sum>();
        for (int at = 0; at + SUM_BYTES <= sums.size(); at += SUM_BYTES) {
            int amounts = at + Short.BYTES;
            all.add(new Sum(
                    Byte.toUnsignedInt(sums.get(at)),
                    Byte.toUnsignedInt(sums.get(at + 1)),
                    unsigned(sums.getLong(amounts)),
                    unsigned(sums.getLong(amounts + Long.BYTES)),
                    unsigned(sums.getLong(amounts + 2 * Long.BYTES))));
        }
        return all;
    }

    private static long unsigned(long microEuro) {
        return microEuro < 0 ? Long.MAX_VALUE : microEuro;
    }

    /** All of it as bytes, for who keeps it. */
    public byte[] encode() {
        var out = new ByteWriter(Integer.MAX_VALUE - Long.BYTES)
                .number(timestep)
                .number(snapshotBlock)
                .hash(valuation)
                .number(tokens)
                .bytes(sums)
                .number(bills.size());
        bills.forEach(out::bytes);
        return out.toArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Settlement decode(byte[] bytes) {
        var in = new ByteReader(ByteBuffer.wrap(bytes));
        int timestep = in.number();
        long snapshotBlock = in.longNumber();
        var valuation = in.hash();
        long tokens = in.longNumber();
        var sums = in.bytes();
        int count = in.count(Integer.BYTES + Bill.BYTES);
        var bills = new ArrayList<Bytes>(count);
        for (int i = 0; i < count; i++) {
            bills.add(in.bytes());
        }
        in.end();
        return new Settlement(timestep, snapshotBlock, valuation, List.copyOf(bills), sums, tokens);
    }

    /** The session that a bill is of. */
    public static int sessionOf(Bytes bill) {
        return bill.getInt(SESSION_AT);
    }

    /** What drivers owe their providers for all bills, VAT included. */
    public long chargedMicroEuro() {
        return sum(1);
    }

    /** What operators owe drivers for what they promised and did not deliver. */
    public long compensationMicroEuro() {
        return sum(2);
    }

    private long sum(int column) {
        long sum = 0;
        for (int at = Short.BYTES + Long.BYTES * column; at < sums.size(); at += SUM_BYTES) {
            sum = Math.addExact(sum, sums.getLong(at));
        }
        return sum;
    }

    /** RFC 6962 tree over the bills; that of no bill is SHA-256 of nothing. */
    public Bytes32 billsRoot() {
        return MerkleTree.root(bills);
    }

    /** What every oracle attests, apart from the sums: Settlement.digestOf, keccak256 over six words. */
    public Bytes32 digest() {
        return Bytes32.wrap(Hash.sha3(Bytes.concatenate(
                        Bytes32.leftPad(Bytes.ofUnsignedInt(timestep)),
                        Bytes32.leftPad(Bytes.ofUnsignedLong(snapshotBlock)),
                        valuation,
                        billsRoot(),
                        Bytes32.leftPad(Bytes.ofUnsignedInt(bills.size())),
                        Bytes32.leftPad(Bytes.ofUnsignedLong(tokens)))
                .toArrayUnsafe()));
    }

    /** The first field in which a post differs from what was computed; null when it is the same. */
    public @Nullable Difference differenceTo(SettlementPosted post) {
        return differenceTo(post, billsRoot());
    }

    /**
     * As {@link #differenceTo(SettlementPosted)}, for who keeps the root, which is a hash of all bills.
     *
     * @param ownRoot {@link #billsRoot}
     */
    public @Nullable Difference differenceTo(SettlementPosted post, Bytes32 ownRoot) {
        return Stream.of(
                        difference("snapshotBlock", post.snapshotBlock(), snapshotBlock),
                        difference("valuation", post.valuation(), valuation),
                        difference("bills", post.bills(), bills.size()),
                        difference("tokens", post.tokens(), tokens),
                        difference("sums", post.sums(), sums),
                        difference("billsRoot", post.billsRoot(), ownRoot))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    private static Optional<Difference> difference(String field, Object posted, Object recomputed) {
        return posted.equals(recomputed)
                ? Optional.empty()
                : Optional.of(new Difference(field, posted.toString(), recomputed.toString()));
    }
}
