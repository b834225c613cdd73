package org.chargeproof.meter;

import java.util.stream.Stream;

/** The state of a meter at a reading: the field {@code ST} of OCMF. */
public enum MeterStatus {
    NOT_PRESENT('N', "the meter was not there"),
    GOOD('G', "good"),
    TIMEOUT('T', "the meter did not answer in time"),
    DISCONNECTED('D', "the meter was disconnected from what signs"),
    REMOVED('R', "the meter was not found any more"),
    MANIPULATED('M', "the meter was tampered with"),
    EXCHANGED('X', "the meter was exchanged"),
    INCOMPATIBLE('I', "what signs does not understand the meter"),
    OUT_OF_RANGE('O', "the value was out of range"),
    SUBSTITUTE('S', "the value is a substitute"),
    OTHER_ERROR('E', "another error"),
    READ_ERROR('F', "the register could not be read");

    private final char letter;
    private final String words;

    MeterStatus(char letter, String words) {
        this.letter = letter;
        this.words = words;
    }

    public char letter() {
        return letter;
    }

    /** What it means, in words, beginning small. */
    public String words() {
        return words;
    }

    static MeterStatus of(String text) {
        return Stream.of(values())
                .filter(s -> text.equals(String.valueOf(s.letter)))
                .findFirst()
                .orElseThrow(() -> new InvalidRecordException("a reading's status ST is "
                        + InvalidRecordException.shown(text) + "; it is one of the letters NGTDRMXIOSEF."));
    }
}
