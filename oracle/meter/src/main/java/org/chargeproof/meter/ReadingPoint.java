package org.chargeproof.meter;

import java.util.stream.Stream;

/** Where in a session a reading was taken: the field {@code TX} of OCMF. */
public enum ReadingPoint {
    BEGIN('B'),
    CHARGING('C'),
    /** An error: from here on, the readings of the session are not to be used. */
    EXCEPTION('X'),
    END('E'),
    ENDED_LOCALLY('L'),
    ENDED_REMOTELY('R'),
    ABORTED('A'),
    POWER_FAILED('P'),
    SUSPENDED('S'),
    TARIFF_CHANGED('T');

    private final char letter;

    ReadingPoint(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }

    /** Whether the session is over with it. */
    public boolean isEnd() {
        return switch (this) {
            case END, ENDED_LOCALLY, ENDED_REMOTELY, ABORTED, POWER_FAILED -> true;
            case BEGIN, CHARGING, EXCEPTION, SUSPENDED, TARIFF_CHANGED -> false;
        };
    }

    static ReadingPoint of(String text) {
        return Stream.of(values())
                .filter(p -> text.equals(String.valueOf(p.letter)))
                .findFirst()
                .orElseThrow(() -> new InvalidRecordException("a reading's reason TX is "
                        + InvalidRecordException.shown(text) + "; it is one of the letters BCXELRAPST."));
    }
}
