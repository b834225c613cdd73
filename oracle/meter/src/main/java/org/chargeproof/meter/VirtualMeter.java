package org.chargeproof.meter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A meter that is none but for its key: it has the register of one charge point and signs what it is told, a record for each reading. For
 * demonstrations and tests, and beside meters that do not sign. Not for several threads.
 */
public final class VirtualMeter {
    /** What bills hold at most. */
    static final long MOST_WH = 1L << 53;

    private static final int WH_DIGITS = 3;

    private final MeterIdentity identity;
    private final MeterKey key;
    private final List<OcmfRecord> records = new ArrayList<>();
    private long registerWh;
    private long nextPage;
    private boolean charging;

    /** A meter that was never used. */
    public VirtualMeter(MeterIdentity identity, MeterKey key) {
        this(identity, key, 0, 1);
    }

    /**
     * A meter that goes on where it was.
     *
     * @param registerWh what it has counted
     * @param nextPage of its next record
     */
    public VirtualMeter(MeterIdentity identity, MeterKey key, long registerWh, long nextPage) {
        requireRegister(registerWh);
        this.identity = identity;
        this.key = key;
        this.registerWh = registerWh;
        this.nextPage = nextPage;
    }

    /**
     * Signs the begin of a session.
     *
     * @throws IllegalStateException when one is going on
     */
    public OcmfRecord begin(Instant time) {
        if (charging) {
            throw new IllegalStateException("the meter's session goes on; end it first");
        }
        charging = true;
        records.clear();
        return sign(time, ReadingPoint.BEGIN);
    }

    /** Counts what a timestep took and signs its end. */
    public OcmfRecord tick(Instant time, long energyWh) {
        count(energyWh);
        return sign(time, ReadingPoint.CHARGING);
    }

    /** Counts what was taken since the last record, and signs the end of the session. */
    public OcmfRecord end(Instant time, long energyWh) {
        count(energyWh);
        var record = sign(time, ReadingPoint.END);
        charging = false;
        return record;
    }

    private void count(long energyWh) {
        if (!charging) {
            throw new IllegalStateException("the meter has no session; begin one first");
        }
        if (energyWh < 0) {
            throw new InvalidRecordException(
                    "the session took " + energyWh + " Wh; a meter of energy taken counts up.");
        }
        requireRegister(registerWh + energyWh);
        registerWh += energyWh;
    }

    private static void requireRegister(long registerWh) {
        if (registerWh < 0 || registerWh > MOST_WH) {
            throw new InvalidRecordException(
                    "the meter's register is " + registerWh + " Wh; it is from 0 to " + MOST_WH + ".");
        }
    }

    private OcmfRecord sign(Instant time, ReadingPoint point) {
        var entry = new OcmfWriter.Entry(time, point, BigDecimal.valueOf(registerWh, WH_DIGITS));
        var record = OcmfWriter.write(identity, nextPage, List.of(entry), key);
        nextPage++;
        records.add(record);
        return record;
    }

    /** All records of the session that goes on, or of the last one. */
    public List<OcmfRecord> records() {
        return List.copyOf(records);
    }

    /** What it has counted. */
    public long registerWh() {
        return registerWh;
    }

    /** Of its next record. */
    public long nextPage() {
        return nextPage;
    }

    /** Whether a session goes on. */
    public boolean isCharging() {
        return charging;
    }

    public MeterIdentity identity() {
        return identity;
    }

    public MeterPublicKey publicKey() {
        return key.publicKey();
    }
}
