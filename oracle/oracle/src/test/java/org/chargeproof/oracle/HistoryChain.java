package org.chargeproof.oracle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.view.follow.Chain;
import org.chargeproof.view.follow.MemoryChain;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Int32;

/**
 * A network of many charge points that has lived for a year, whose blocks are made up when they are read: one for each timestep of the year, two for
 * each of its last week. Before that week, sessions alone; in it also meters and final plans.
 */
final class HistoryChain implements Chain {
    static final int TIMESTEP_SECONDS = 900;
    static final int FIRST = 1_000_000;
    private static final int WEEK_TIMESTEPS = 672;
    private static final int POINTS_PER_GROUP = 10;
    private static final int ENTRIES_AT_ONCE = 1_000;
    private static final int FIRST_BLOCK_OF_LIFE = 3;
    private static final int STAY_TIMESTEPS = 8;

    private final int points;
    private final int timesteps;
    private final int oldSessionsPerTimestep;
    private final int newSessionsPerTimestep;
    private final List<PlacedBlock> added = new ArrayList<>();
    private final Map<Integer, Integer> openUntil = new HashMap<>();
    private final Random random = new Random(7);
    private final List<int[]> open = new ArrayList<>();
    private int nextSession = 1;
    private long nextRegisterWh = 1;
    private long logs;
    private PlacedBlock newest;

    private record PlacedBlock(BlockHeader header, List<RawLog> logs) implements Block {}

    HistoryChain(int points, int timesteps, int oldSessionsPerTimestep, int newSessionsPerTimestep) {
        this.points = points;
        this.timesteps = timesteps;
        this.oldSessionsPerTimestep = oldSessionsPerTimestep;
        this.newSessionsPerTimestep = newSessionsPerTimestep;
        this.newest = new PlacedBlock(header(0), List.of());
    }

    int sessions() {
        return nextSession - 1;
    }

    long logs() {
        return logs;
    }

    /** Timestep that runs in the newest block. */
    int lastTimestep() {
        return FIRST + timesteps;
    }

    @Override
    public long chainId() {
        return 2018;
    }

    @Override
    public BlockHeader head() {
        synchronized (added) {
            return added.isEmpty() ? header(lastBlock()) : added.getLast().header();
        }
    }

    private long lastBlock() {
        return FIRST_BLOCK_OF_LIFE + timesteps - WEEK_TIMESTEPS + 2L * WEEK_TIMESTEPS;
    }

    /** Life goes on: a block a second, with a meter report. */
    void live() {
        synchronized (added) {
            long number = head().number() + 1;
            long seconds = head().timestampSeconds() + 1;
            int timestep = (int) (seconds / TIMESTEP_SECONDS);
            added.add(new PlacedBlock(
                    new BlockHeader(number, hash(number), seconds),
                    placed(number, List.of(meters(timestep - 1, random.nextInt(points - 100), 100)))));
        }
    }

    /** Read once, in order, but for the newest. */
    @Override
    public Block block(long number) {
        synchronized (added) {
            if (number > lastBlock()) {
                return added.get((int) (number - lastBlock() - 1));
            }
            if (number != newest.header().number()) {
                var content = number < FIRST_BLOCK_OF_LIFE ? founding(number) : life(number);
                logs += content.size();
                newest = new PlacedBlock(header(number), placed(number, content));
            }
            return newest;
        }
    }

    private static List<RawLog> placed(long number, List<RawLog> logs) {
        return IntStream.range(0, logs.size())
                .mapToObj(i -> new RawLog(
                        number,
                        i,
                        logs.get(i).address(),
                        logs.get(i).topics(),
                        logs.get(i).data()))
                .toList();
    }

    private BlockHeader header(long number) {
        return new BlockHeader(number, hash(number), seconds(number));
    }

    private static Bytes32 hash(long number) {
        return Bytes32.leftPad(Bytes.ofUnsignedLong(number + 1));
    }

    /** In the week, one block behind each gate and one at each start; before it, one at each start, so that gates are missed. */
    private long seconds(long number) {
        long start = (long) FIRST * TIMESTEP_SECONDS;
        if (number < FIRST_BLOCK_OF_LIFE) {
            return start + number;
        }
        long step = number - FIRST_BLOCK_OF_LIFE;
        int old = timesteps - WEEK_TIMESTEPS;
        if (step <= old) {
            return start + step * TIMESTEP_SECONDS + 5;
        }
        long half = step - old;
        return start + (old + half / 2) * TIMESTEP_SECONDS + (half % 2 == 0 ? 5 : TIMESTEP_SECONDS - 200);
    }

    private List<RawLog> founding(long number) {
        if (number == 1) {
            return List.of(
                    MemoryChain.linked(MemoryChain.CONSORTIUM, NetworkLinked.PROTOCOL, 1, FIRST, TIMESTEP_SECONDS));
        }
        if (number == 0) {
            return List.of();
        }
        var all = new ArrayList<RawLog>();
        for (int operator = 1; operator <= 4; operator++) {
            all.add(MemoryChain.operatorAdmitted(operator));
        }
        for (int group = 0; group < points / POINTS_PER_GROUP; group++) {
            all.add(MemoryChain.groupRegistered(group, 1 + group % 4));
        }
        for (int point = 0; point < points; point++) {
            int group = point / POINTS_PER_GROUP;
            all.add(MemoryChain.chargePointRegistered(point, group, 1 + group % 4, "NO*AUR*E" + point));
            all.add(MemoryChain.log(
                    MemoryChain.ASSETS,
                    "ChargePointLocated(uint32,int32,int32,uint8)",
                    1,
                    point,
                    599_000_000,
                    new Int32(-5_000_000),
                    0));
            all.add(MemoryChain.chargePointPriced(point, 4_000, 1_900, FIRST, FIRST));
        }
        return all;
    }

    private List<RawLog> life(long number) {
        long step = number - FIRST_BLOCK_OF_LIFE;
        int old = timesteps - WEEK_TIMESTEPS;
        int timestep = (int) (seconds(number) / TIMESTEP_SECONDS);
        if (step <= old) {
            return sessions(timestep, oldSessionsPerTimestep);
        }
        boolean isStart = (step - old) % 2 == 0;
        return isStart ? started(timestep) : planned(timestep + 1);
    }

    private List<RawLog> started(int timestep) {
        var all = new ArrayList<RawLog>();
        for (int from = 0; from < points; from += ENTRIES_AT_ONCE) {
            all.add(meters(timestep - 1, from, Math.min(ENTRIES_AT_ONCE, points - from)));
        }
        all.addAll(sessions(timestep, newSessionsPerTimestep));
        return all;
    }

    /** Sessions that begin and end, each with its decision in the timestep that it was asked for. */
    private List<RawLog> sessions(int timestep, int count) {
        var all = new ArrayList<RawLog>();
        open.removeIf(session -> {
            if (session[2] > timestep) {
                return false;
            }
            all.add(MemoryChain.log(
                    MemoryChain.CHARGING,
                    "SessionEnded(uint32,uint32,uint32,uint8)",
                    2,
                    session[0],
                    session[1],
                    timestep,
                    0));
            return true;
        });
        for (int i = 0; i < count; i++) {
            int point = random.nextInt(points);
            if (openUntil.getOrDefault(point, 0) > timestep) {
                continue;
            }
            int session = nextSession++;
            int stay = 1 + random.nextInt(STAY_TIMESTEPS);
            openUntil.put(point, timestep + stay);
            open.add(new int[] {session, point, timestep + stay});
            all.add(MemoryChain.log(
                    MemoryChain.CHARGING,
                    "ChargingRequested(uint32,uint32,address,uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                    3,
                    session,
                    point,
                    new Address("0x" + "%040x".formatted(session)),
                    1,
                    2_000,
                    2_000,
                    timestep + 1,
                    timestep + 1 + STAY_TIMESTEPS,
                    true,
                    timestep + 1,
                    timestep));
            all.add(MemoryChain.log(
                    MemoryChain.CHARGING,
                    "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                    2,
                    session,
                    timestep,
                    true,
                    0,
                    0,
                    0));
        }
        return all;
    }

    private List<RawLog> planned(int timestep) {
        var setpoints = ByteBuffer.allocate(points * 2);
        var open16 = new short[points];
        open.forEach(session -> open16[session[1]] = 500);
        for (short wh : open16) {
            setpoints.putShort(wh);
        }
        Bytes32 hash = Bytes32.leftPad(Bytes.ofUnsignedInt(timestep));
        return List.of(
                MemoryChain.log(
                        MemoryChain.PLANS,
                        "PlanPosted(uint32,uint8,uint8,uint64,bytes32,bytes32,bytes32,bytes32,bytes,bytes)",
                        2,
                        timestep,
                        1,
                        0,
                        1,
                        hash,
                        hash,
                        hash,
                        hash,
                        Bytes.wrap(setpoints.array()),
                        Bytes.EMPTY),
                MemoryChain.log(MemoryChain.PLANS, "PlanFinal(uint32,uint8,uint8,uint8)", 1, timestep, 0, 3, 4));
    }

    private RawLog meters(int timestep, int from, int count) {
        var entries = ByteBuffer.allocate(count * 17);
        nextRegisterWh += 100;
        for (int point = from; point < from + count; point++) {
            boolean isCharging = openUntil.getOrDefault(point, 0) > timestep;
            entries.putInt(point)
                    .putLong(isCharging ? nextRegisterWh : 0)
                    .putInt(isCharging ? 2_000 : 0)
                    .put((byte) (isCharging ? 2 : 0));
        }
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "MetersReported(uint8,uint32,bytes)",
                2,
                1,
                timestep,
                Bytes.wrap(entries.array()));
    }
}
