package org.chargeproof.operator.assets.table;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import org.chargeproof.console.output.Printable;

/**
 * A row of a file. What cannot be read is a problem of the file, and reads as the least that it could be; {@link #isBad} tells.
 */
public final class Row {
    private static final int MOST_DIGITS = 18;

    private final int line;
    private final String type;
    private final Map<String, String> cells;
    private final Problems problems;
    private boolean bad;

    /** @param cells by column, without the empty ones */
    Row(int line, String type, Map<String, String> cells, Problems problems) {
        this.line = line;
        this.type = type;
        this.cells = cells;
        this.problems = problems;
    }

    /** Where it stands in the file, from 1. */
    public int line() {
        return line;
    }

    /** What it is about; empty in a file of one kind of rows. */
    public String type() {
        return type;
    }

    /** Whether something of it could not be read. */
    public boolean isBad() {
        return bad;
    }

    /** Whether a cell is filled in. */
    public boolean has(String column) {
        return cells.containsKey(column);
    }

    /** Adds a problem of this row to those of the file. */
    public void problem(String text) {
        bad = true;
        problems.add(line, text);
    }

    /** A text that must be there; empty when it is not. */
    public String required(String column) {
        String value = cells.get(column);
        if (value == null) {
            problem("lacks " + column);
            return "";
        }
        return value;
    }

    /** A whole number that must be there. */
    public long whole(String column, String unit, long least, long most) {
        return has(column) ? parsed(column, required(column), unit, least, most) : missing(column, least);
    }

    /** A whole number, or what stands for an empty cell. */
    public long whole(String column, String unit, long least, long most, long otherwise) {
        return has(column) ? parsed(column, required(column), unit, least, most) : otherwise;
    }

    /** A decimal number that must be there, times ten to the number of decimals. */
    public int decimal(String column, String unit, int decimals, int least, int most) {
        if (!has(column)) {
            return (int) missing(column, least);
        }
        String value = required(column);
        String range = "a number of " + unit + " from " + least + " to " + most + " with at most " + decimals
                + " decimals behind a point";
        if (!value.matches("[+-]?[0-9]{1,9}(\\.[0-9]{1,18})?")) {
            problem(column + " is '" + shown(value) + "'; it must be " + range
                    + (value.matches("[+-]?[0-9]+,[0-9]+") ? ": write " + value.replace(',', '.') : ""));
            return least;
        }
        var number = new BigDecimal(value).stripTrailingZeros();
        if (number.compareTo(BigDecimal.valueOf(least)) < 0
                || number.compareTo(BigDecimal.valueOf(most)) > 0
                || number.scale() > decimals) {
            problem(column + " is " + value + "; it must be " + range);
            return least;
        }
        return number.movePointRight(decimals).intValueExact();
    }

    /** One of some words, upper or lower case. */
    public int choice(String column, Map<String, Integer> choices, int otherwise) {
        if (!has(column)) {
            return otherwise;
        }
        Integer choice = choices.get(required(column).toUpperCase(Locale.ROOT));
        if (choice == null) {
            problem(column + " is '" + shown(required(column)) + "'; it must be one of "
                    + String.join(", ", choices.keySet().stream().sorted().toList()));
            return otherwise;
        }
        return choice;
    }

    private long missing(String column, long least) {
        problem("lacks " + column);
        return least;
    }

    private long parsed(String column, String value, String unit, long least, long most) {
        String range = "a whole number of " + unit + " from " + least + " to " + most;
        if (!value.matches("[+-]?[0-9]{1," + MOST_DIGITS + "}")) {
            problem(column + " is '" + shown(value) + "'; it must be " + range + ", in digits alone");
            return least;
        }
        long number = Long.parseLong(value);
        if (number < least || number > most) {
            problem(column + " is " + value + "; it must be " + range);
            return least;
        }
        return number;
    }

    /** What somebody wrote, as far as it helps to find it. */
    public static String shown(String value) {
        return Printable.of(value.length() > 60 ? value.substring(0, 60) + "..." : value);
    }
}
