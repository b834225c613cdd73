package org.chargeproof.cli.abuse;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.contracts.Plans;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TypedData;
import org.chargeproof.protocol.encoding.Sha256;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * A member that uses all of its keys against the others: everything that the contracts let it ask for, again in every
 * timestep.
 */
final class HostileMember {
    /** Above all that its calls need; the large ones have gas of their own. */
    private static final long GAS = 2_000_000;

    private static final long LARGE_GAS = 20_000_000;
    private static final int DECISION_BYTES = 17;
    private static final int POST_DECISIONS = 40_000;
    private static final int FORECAST_STEPS = 672;
    private static final int FORECAST_STEP_BYTES = 13;
    private static final int CHUNK_BYTES = 24_575;
    private static final int GROUPS_A_TIMESTEP = 20;
    private static final int OWN_POINTS = 40;
    private static final int OWN_POINTS_AT_ONCE = 20;
    private static final int CAPACITY_W = 400_000;
    private static final int RATED_W = 11_040;
    private static final int LEAST_RATED_W = 4;
    private static final int REQUESTS_WITHDRAWN = 20;
    private static final int RESERVED_STEPS = 600;
    private static final long END_OF_TIME = 2_000_000_000L * 900;
    /** Cyrillic a, a terminal's color, and text from right to left. */
    private static final List<String> NAMES =
            List.of("\u0410urora Charge", "Aurora\u001b[8m Charge", "Good \u202eegrahC aroruA", "Aurora Charge");

    private final Network network;
    private final int operator;
    private final Attacker owner;
    private final Attacker meter;
    private final Attacker oracle;
    private final List<Attacker> users;
    private final Supplier<Credentials> fresh;
    private final List<String> pseudonymsOfOthers;
    private final int sharedGroup;
    private final int pointsOfOthers;
    private int ownGroup = -1;
    private int rounds;

    /**
     * @param network read and written through a node of its choice
     * @param operator its id
     * @param fresh gives a new account each time
     * @param pseudonymsOfOthers accounts that other operators vouch for
     * @param sharedGroup somebody else's group in which it is a guest
     * @param pointsOfOthers charge points 0 to this, without it, belong to others
     */
    HostileMember(
            Network network,
            int operator,
            Credentials owner,
            Credentials meter,
            Credentials oracle,
            Supplier<Credentials> fresh,
            List<String> pseudonymsOfOthers,
            int sharedGroup,
            int pointsOfOthers,
            AbuseLog log) {
        this.network = network;
        this.operator = operator;
        LedgerClient node = network.client();
        this.owner = new Attacker(node, owner, log);
        this.meter = new Attacker(node, meter, log);
        this.oracle = new Attacker(node, oracle, log);
        this.users = IntStream.range(0, pointsOfOthers + OWN_POINTS)
                .mapToObj(i -> new Attacker(node, fresh.get(), log))
                .toList();
        this.fresh = fresh;
        this.pseudonymsOfOthers = List.copyOf(pseudonymsOfOthers);
        this.sharedGroup = sharedGroup;
        this.pointsOfOthers = pointsOfOthers;
    }

    /** All of it, once; does not wait for anything. */
    void attack(int timestep) {
        lookUp();
        if (rounds == 0) {
            registerUsers();
            registerOwnGroup();
        }
        groupsWithoutEnd();
        squeezeSharedGroup();
        swingOwnLimit();
        takePseudonymsOfOthers();
        propose();
        storeAlgorithm();
        forecast(timestep);
        reserveElsewhere(timestep);
        fillOwnGroup(timestep);
        withdrawRequests(timestep);
        rounds++;
    }

    /** Looks up what became of what was sent. */
    void lookUp() {
        List.of(owner, meter, oracle).forEach(Attacker::lookUp);
        users.forEach(Attacker::lookUp);
    }

    private void registerUsers() {
        for (int from = 0; from < users.size(); from += 100) {
            var some = users.subList(from, Math.min(users.size(), from + 100));
            assets(
                    owner,
                    "registering its users",
                    network.assets()
                            .registerUsers(
                                    some.stream().map(Attacker::address).toList(),
                                    some.stream().map(this::proof).toList()),
                    LARGE_GAS);
        }
    }

    private byte[] proof(Attacker user) {
        return TypedData.pseudonym(
                        network.client().chainId(), network.assets().getContractAddress(), operator, user.address())
                .sign(user.account())
                .toArray();
    }

    /** Learns its id from the ledger: others register, too. */
    private void registerOwnGroup() {
        assets(
                owner,
                "registering a group",
                network.assets().registerGroup(big(CAPACITY_W), big(0), big(0), big(0)),
                GAS);
    }

    private void groupsWithoutEnd() {
        for (int i = 0; i < GROUPS_A_TIMESTEP; i++) {
            assets(owner, "groups without end", network.assets().registerGroup(big(1), big(0), big(0), big(0)), GAS);
        }
    }

    /** Charge points of 4 W, and removed again: the others' share must not fall. */
    private void squeezeSharedGroup() {
        for (int i = 0; i < 4; i++) {
            assets(
                    owner,
                    "filling somebody's group",
                    network.assets().registerChargePoints(points(sharedGroup, LEAST_RATED_W, 10)),
                    LARGE_GAS);
            assets(
                    owner,
                    "filling somebody's group",
                    network.assets().registerChargePoints(points(sharedGroup, RATED_W, 1)),
                    GAS);
            assets(
                    owner,
                    "filling somebody's group",
                    network.assets().registerChargePoints(points(sharedGroup, LEAST_RATED_W, 1)),
                    GAS);
        }
    }

    private void swingOwnLimit() {
        findOwnGroup();
        if (ownGroup >= 0) {
            int limitW = rounds % 2 == 0 ? CAPACITY_W : 1;
            assets(meter, "taking back its own limit", network.assets().setGroupLimit(big(ownGroup), big(limitW)), GAS);
        }
    }

    private void findOwnGroup() {
        if (ownGroup < 0) {
            int count = network.client().call(network.assets().groupCount()).intValueExact();
            for (int g = count - 1; g >= 0; g--) {
                var group = network.client().call(network.assets().groupOf(big(g)));
                if (group.operator.intValueExact() == operator && group.capacityW.intValueExact() == CAPACITY_W) {
                    ownGroup = g;
                    for (int i = 0; i < OWN_POINTS; i += OWN_POINTS_AT_ONCE) {
                        assets(
                                owner,
                                "registering its own charge points",
                                network.assets().registerChargePoints(points(g, RATED_W, OWN_POINTS_AT_ONCE)),
                                LARGE_GAS);
                    }
                    return;
                }
            }
        }
    }

    /** Those that are registered already, and those that it has only seen: signed by the wrong key. */
    private void takePseudonymsOfOthers() {
        for (int i = 0; i < Math.min(5, pseudonymsOfOthers.size()); i++) {
            String somebody = pseudonymsOfOthers.get((rounds * 5 + i) % pseudonymsOfOthers.size());
            assets(
                    owner,
                    "taking others' pseudonyms",
                    network.assets()
                            .registerUsers(
                                    List.of(somebody, fresh.get().getAddress()),
                                    List.of(proof(users.getFirst()), proof(users.getFirst()))),
                    GAS);
        }
    }

    private void propose() {
        String consortium = network.address();
        for (String name : NAMES) {
            var accounts = new Consortium.Accounts(
                    fresh.get().getAddress(),
                    fresh.get().getAddress(),
                    fresh.get().getAddress());
            owner.send(
                    "proposing others' accounts",
                    consortium,
                    network.consortium()
                            .proposeAdmission(
                                    name, accounts, new Consortium.Proofs(new byte[65], new byte[65], new byte[65]))
                            .encodeFunctionCall(),
                    GAS);
        }
        for (int other = 1; other <= 4; other++) {
            owner.send(
                    "proposing to exclude",
                    consortium,
                    network.consortium().proposeExclusion(big(other)).encodeFunctionCall(),
                    GAS);
        }
    }

    /** Bytes that are no program, approved by itself alone. */
    private void storeAlgorithm() {
        var junk = new byte[CHUNK_BYTES];
        Arrays.fill(junk, (byte) (rounds + 1));
        byte[] id = Sha256.of(junk).toArrayUnsafe();
        var algorithms = network.algorithms();
        String to = algorithms.getContractAddress();
        String attack = "storing algorithms";
        owner.send(
                attack,
                to,
                algorithms.start(id, big(junk.length), "x".repeat(200)).encodeFunctionCall(),
                GAS);
        owner.send(attack, to, algorithms.store(id, big(0), junk).encodeFunctionCall(), LARGE_GAS);
        owner.send(attack, to, algorithms.seal(id).encodeFunctionCall(), LARGE_GAS);
        int from = network.client().call(network.consortium().currentTimestep()).intValueExact() + 3;
        owner.send(attack, to, algorithms.approve(id, big(from)).encodeFunctionCall(), GAS);
    }

    private void forecast(int timestep) {
        if (ownGroup < 0) {
            return;
        }
        byte[] steps = new byte[FORECAST_STEPS * FORECAST_STEP_BYTES];
        for (int i = 0; i < 10; i++) {
            charging(
                    meter,
                    "forecasts without end",
                    network.charging().publishForecast(big(ownGroup), big(timestep + 1L), steps),
                    LARGE_GAS);
        }
    }

    /** One Wh at every charge point of the others, until the end of time and for as long as it gets. */
    private void reserveElsewhere(int timestep) {
        long arrival = network.parameters().startOf(timestep + 4);
        long departure = network.parameters().startOf(timestep + RESERVED_STEPS);
        for (int c = 0; c < pointsOfOthers; c++) {
            long until = c % 4 == 3 ? END_OF_TIME : departure;
            request(users.get(c), "reserving everything", c, arrival, until);
        }
    }

    private void fillOwnGroup(int timestep) {
        long departure = network.parameters().startOf(timestep + 60);
        int all = network.client().call(network.assets().chargePointCount()).intValueExact();
        for (int i = REQUESTS_WITHDRAWN; i < OWN_POINTS && all - OWN_POINTS + i >= pointsOfOthers; i++) {
            request(users.get(pointsOfOthers + i), "filling its own group", all - OWN_POINTS + i, 0, departure);
        }
    }

    private void withdrawRequests(int timestep) {
        long departure = network.parameters().startOf(timestep + 8);
        int all = network.client().call(network.assets().chargePointCount()).intValueExact();
        for (int i = 0; i < REQUESTS_WITHDRAWN && all - OWN_POINTS + i >= pointsOfOthers; i++) {
            var user = users.get(pointsOfOthers + i);
            int chargePoint = all - OWN_POINTS + i;
            for (int again = 0; again < 6; again++) {
                request(user, "requests made and withdrawn", chargePoint, 0, departure);
                int open = network.client()
                        .call(network.charging().openSession(big(chargePoint)))
                        .intValueExact();
                if (open != 0) {
                    charging(
                            user,
                            "requests made and withdrawn",
                            network.charging().endSession(big(open)),
                            GAS);
                }
            }
        }
    }

    private void request(Attacker user, String attack, int chargePoint, long arrival, long departure) {
        charging(
                user,
                attack,
                network.charging().request(big(chargePoint), big(1), big(1), big(arrival), big(departure), true),
                GAS);
    }

    /** More decisions than anybody can read, about whatever sessions there are; then a plan that is only wrong. */
    void post(int timestep) {
        byte[] algorithm = network.client().call(network.algorithms().algorithmAt(big(timestep + 1L)));
        var commitment = new Plans.Commitment(
                big(timestep + 1L), BigInteger.ONE, algorithm, new byte[32], new byte[32], new byte[32]);
        post("posts of any size", commitment, POST_DECISIONS);
        post("wrong posts", commitment, 1);
    }

    private void post(String attack, Plans.Commitment commitment, int count) {
        var decisions = ByteBuffer.allocate(count * DECISION_BYTES);
        while (decisions.hasRemaining()) {
            decisions.put((byte) 1);
        }
        oracle.send(
                attack,
                network.plans().getContractAddress(),
                network.plans().post(commitment, new byte[0], decisions.array()).encodeFunctionCall(),
                LARGE_GAS);
    }

    private void assets(Attacker from, String attack, RemoteFunctionCall<?> call, long gas) {
        from.send(attack, network.assets().getContractAddress(), call.encodeFunctionCall(), gas);
    }

    private void charging(Attacker from, String attack, RemoteFunctionCall<?> call, long gas) {
        from.send(attack, network.charging().getContractAddress(), call.encodeFunctionCall(), gas);
    }

    private static List<AssetRegistry.ChargePoint> points(int group, int ratedW, int count) {
        var points = new ArrayList<AssetRegistry.ChargePoint>();
        for (int i = 0; i < count; i++) {
            points.add(new AssetRegistry.ChargePoint(
                    "XX*BAD*E" + i,
                    big(0),
                    big(0),
                    big(ratedW),
                    big(0),
                    big(group),
                    big(0),
                    big(0),
                    big(0),
                    big(0),
                    false));
        }
        return points;
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
