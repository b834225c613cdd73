package org.chargeproof.view.rpc;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** The parameters of a call, by position; missing ones and null have their defaults. */
final class Params {
    private static final int HEX = 16;
    private static final int MOST_SHOWN = 100;
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

    private final String[] names;
    private final @Nullable Object[] values;

    /**
     * @param names for messages, in order
     * @throws RpcException when there are more values than names
     */
    Params(@Nullable Object[] values, String... names) {
        if (values.length > names.length) {
            throw invalid("there are %d parameters; the most is %d: %s"
                    .formatted(values.length, names.length, String.join(", ", names)));
        }
        this.values = values;
        this.names = names;
    }

    int required(int index, int least, int most) {
        if (!has(index)) {
            throw invalid(names[index] + " is missing");
        }
        return optional(index, least, most, 0);
    }

    int optional(int index, int least, int most, int byDefault) {
        return (int) optionalLong(index, least, most, byDefault);
    }

    long optionalLong(int index, long least, long most, long byDefault) {
        return has(index) ? number(names[index], values[index], least, most) : byDefault;
    }

    /** An address of 20 bytes, in hex. */
    Bytes address(int index) {
        if (!has(index)) {
            throw invalid(names[index] + " is missing");
        }
        String text = String.valueOf(values[index]);
        if (!ADDRESS.matcher(text).matches()) {
            throw invalid(names[index] + " is " + shown(text) + "; it must be an address: 0x and 40 hex digits");
        }
        return Bytes.fromHexString(text);
    }

    /** An object of options; empty when left out. */
    Options options(int index) {
        if (!has(index)) {
            return new Options(Map.of());
        }
        if (values[index] instanceof Map<?, ?> map) {
            return new Options(map);
        }
        throw invalid(names[index] + " is " + shown(values[index]) + "; it must be an object");
    }

    /** Named options. */
    record Options(Map<?, ?> values) {
        void requireOnly(String... known) {
            for (Object key : values.keySet()) {
                if (!List.of(known).contains(String.valueOf(key))) {
                    throw invalid("there is no option '" + shown(key) + "'; there is " + String.join(", ", known));
                }
            }
        }

        @Nullable
        Integer integer(String name, int least, int most) {
            Object value = values.get(name);
            return value == null ? null : (int) number(name, value, least, most);
        }

        @Nullable
        String text(String name, int most) {
            Object value = values.get(name);
            if (value == null || (value instanceof String text && text.length() <= most)) {
                return (String) value;
            }
            throw invalid(name + " is " + shown(value) + "; it must be a text of at most " + most + " characters");
        }

        @Nullable
        Boolean flag(String name) {
            Object value = values.get(name);
            if (value == null || value instanceof Boolean) {
                return (Boolean) value;
            }
            throw invalid(name + " is " + shown(value) + "; it must be true or false");
        }
    }

    private boolean has(int index) {
        return index < values.length && values[index] != null;
    }

    private static long number(String name, @Nullable Object value, long least, long most) {
        long number;
        try {
            number = value instanceof Integer || value instanceof Long
                    ? ((Number) value).longValue()
                    : parse(String.valueOf(value));
        } catch (NumberFormatException e) {
            throw invalid(name + " is " + shown(value) + "; it must be a whole number");
        }
        if (number < least || number > most) {
            throw invalid(name + " is " + number + "; it must be from " + least + " to " + most);
        }
        return number;
    }

    private static long parse(String text) {
        return text.startsWith("0x") ? Long.parseLong(text.substring(2), HEX) : Long.parseLong(text);
    }

    /** A caller gets back no more than it can look at. */
    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    private static RpcException invalid(String message) {
        return new RpcException(RpcException.INVALID_PARAMS, message);
    }
}
