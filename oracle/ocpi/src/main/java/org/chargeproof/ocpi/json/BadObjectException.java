package org.chargeproof.ocpi.json;

/** An object that is not as OCPI wants it. The message names the field, the value, the limit and the remedy. */
public final class BadObjectException extends RuntimeException {
    private static final int MOST_SHOWN = 60;

    private final String field;

    /**
     * An object that cannot be taken.
     *
     * @param field its path, such as {@code evses[0].uid}; empty for the object itself
     * @param problem what is wrong, and what would be right
     */
    public BadObjectException(String field, String problem) {
        super(field.isEmpty() ? problem : field + ": " + problem);
        this.field = field;
    }

    /** The path of the field. */
    public String field() {
        return field;
    }

    /** What somebody sent, short enough and without anything that could disturb a log. */
    public static String shown(String value) {
        String start = value.substring(0, Math.min(MOST_SHOWN, value.length()));
        StringBuilder shown = new StringBuilder("'");
        start.chars()
                .forEach(c ->
                        shown.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return shown.append(value.length() > MOST_SHOWN ? "...'" : "'").toString();
    }
}
