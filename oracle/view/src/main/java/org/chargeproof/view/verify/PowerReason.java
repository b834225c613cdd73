package org.chargeproof.view.verify;

/** Why a plan gives a session the power that it gives in its first step. What each of them rests on: docs/concepts/why-power-is-cut.md. */
public enum PowerReason {
    /** All that the charge point gives and the car takes. */
    FULL(0),
    /** All that the session still needs of what it was promised. */
    DONE(1),
    /** The room of the group is full, and the session would take more of a larger one. */
    LIMIT(2),
    /** As {@link #LIMIT}, and without the other load all sessions that are there could run at full power. */
    OTHER_LOAD(3),
    /** As {@link #LIMIT}, and none of those who charge could wait as long as the session can: some of them leave before. */
    EARLIER_DEPARTURE(4),
    /** However much room there were, the plan would not have it charge more now: later the group's load is lower. */
    EVEN(5),
    /** The same: later it is greener. */
    GREENER(6),
    /** What it was promised does not fit any more, whatever the order. */
    SHORTFALL(7);

    private final int code;

    PowerReason(int code) {
        this.code = code;
    }

    /** The number that stands for it in journals, 0 to 7. */
    public int code() {
        return code;
    }

    /**
     * The reason with a number.
     *
     * @throws IllegalArgumentException when none has it
     */
    public static PowerReason ofCode(int code) {
        for (PowerReason reason : values()) {
            if (reason.code == code) {
                return reason;
            }
        }
        throw new IllegalArgumentException("there is no reason " + code + ", only 0 to 7");
    }
}
