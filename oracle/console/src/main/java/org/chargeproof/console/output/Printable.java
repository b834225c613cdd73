package org.chargeproof.console.output;

/**
 * What somebody else wrote (on a chain, in a node's answer, in a file), as it is safe to show: what moves a terminal's cursor, turns
 * the direction of reading, or cannot be seen stands there as {@code \}{@code uXXXX}, by UTF-16 units, which is how JSON writes it too.
 */
public final class Printable {
    /** The most characters of one text that are shown. */
    static final int MOST_CHARACTERS = 300;

    /** Some letters and marks look like nothing, though Unicode calls them neither control nor format. */
    private static final int[][] BLANK = {
        {0x034f, 0x034f},
        {0x115f, 0x1160},
        {0x17b4, 0x17b5},
        {0x180b, 0x180f},
        {0x2800, 0x2800},
        {0x3164, 0x3164},
        {0xfe00, 0xfe0f},
        {0xffa0, 0xffa0},
        {0xe0100, 0xe01ef}
    };

    private Printable() {}

    /** One line of at most 300 characters; of a longer one, how many are left out. */
    public static String of(String text) {
        return of(text, MOST_CHARACTERS);
    }

    /** One line of at most so many characters. */
    static String of(String text, int maxCharacters) {
        int end = text.length() <= maxCharacters ? text.length() : wholeCharacters(text, maxCharacters);
        var shown = new StringBuilder(end);
        text.codePoints().limit(text.codePointCount(0, end)).forEach(c -> append(shown, c));
        return end == text.length() ? shown.toString() : shown + "... (" + (text.length() - end) + " more characters)";
    }

    /** All of a text, with its lines and tabs. */
    static String lines(CharSequence text) {
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> appendOfLines(shown, c));
        return shown.toString();
    }

    static void appendOfLines(StringBuilder shown, int character) {
        if (character == '\n' || character == '\t') {
            shown.append((char) character);
        } else {
            append(shown, character);
        }
    }

    private static void append(StringBuilder shown, int character) {
        if (isVisible(character)) {
            shown.appendCodePoint(character);
        } else {
            for (char unit : Character.toChars(character)) {
                shown.append("\\u%04x".formatted((int) unit));
            }
        }
    }

    private static boolean isVisible(int character) {
        if (character < 0x80) {
            return character >= ' ' && character != 0x7f;
        }
        for (int[] range : BLANK) {
            if (range[0] <= character && character <= range[1]) {
                return false;
            }
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    private static int wholeCharacters(String text, int most) {
        return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    }
}
