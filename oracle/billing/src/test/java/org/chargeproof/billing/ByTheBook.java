package org.chargeproof.billing;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The rules of docs/reference/bills.md once more, from the bytes to the bytes, without any code of the program and without any limit to numbers. */
final class ByTheBook {
    private ByTheBook() {}

    static byte[] bills(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input).position(4);
        BigDecimal compensation = BigDecimal.valueOf(in.getInt(), 4);
        BigDecimal kappa = BigDecimal.valueOf(in.getInt(), 6);
        int group = in.getInt();
        int first = in.getInt();
        var load = new ArrayList<BigInteger>();
        for (int n = in.getShort(); n > 0; n--) {
            load.add(BigInteger.valueOf(in.getInt()));
        }
        int count = in.getShort();
        var parts = new ArrayList<ByteBuffer>();
        var values = new ArrayList<BigInteger>();
        List<BigInteger> together = new ArrayList<>(load);
        for (int i = 0; i < count; i++) {
            ByteBuffer bill = ByteBuffer.allocate(184);
            values.add(stay(in, bill, group, first, load, together, compensation));
            parts.add(bill);
        }
        BigInteger sum = values.stream().reduce(BigInteger.ZERO, BigInteger::add);
        BigInteger saved = squares(together).subtract(squares(load)).max(BigInteger.ZERO);
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            BigInteger due =
                    sum.compareTo(saved) > 0 ? values.get(i).multiply(saved).divide(sum) : values.get(i);
            BigInteger tokens = new BigDecimal(due)
                    .multiply(kappa)
                    .setScale(0, RoundingMode.DOWN)
                    .toBigInteger();
            out.writeBytes(parts.get(i).putLong(144, tokens.longValueExact()).array());
        }
        return out.toByteArray();
    }

    private static BigInteger stay(
            ByteBuffer in,
            ByteBuffer bill,
            int group,
            int first,
            List<BigInteger> load,
            List<BigInteger> together,
            BigDecimal compensationShare) {
        bill.put("CPB1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        bill.putInt(in.getInt()).put(take(in, 22)).putInt(group).putInt(in.getInt());
        int from = in.getInt();
        int to = in.getInt();
        bill.putInt(from).putInt(to);
        int occupiedFrom = in.getInt();
        var sessions = new ArrayList<List<Integer>>();
        for (int n = in.getShort(); n > 0; n--) {
            sessions.add(readings(in, 4));
        }
        int departure = in.getInt();
        int power = in.getInt();
        int flags = in.get();
        bill.put(take(in, 16));
        int promisedWh = in.getInt();
        int priceE4 = in.getInt();
        int marginE4 = in.getInt();
        short vatE4 = in.getShort();
        byte[] records = take(in, 32);
        in.mark();
        List<Integer> own = readings(in, 8);
        int energyWh = own.stream().mapToInt(wh -> wh).sum();
        int greenWh = 0;
        for (int t = 0; t < own.size(); t++) {
            greenWh += in.reset().getInt(in.position() + 6 + 8 * t);
        }
        in.position(in.position() + 2 + 8 * own.size());
        sessions.add(own);
        // what the plug is worth after each of its sessions, this one last
        var worths = new ArrayList<BigInteger>();
        for (int n = 1; n <= sessions.size(); n++) {
            worths.add(squares(instead(sessions.subList(0, n), 0, occupiedFrom - first, power, load))
                    .subtract(squares(load)));
        }
        BigInteger before = worths.subList(0, worths.size() - 1).stream().reduce(BigInteger.ZERO, BigInteger::max);
        BigInteger value = worths.getLast().subtract(before).max(BigInteger.ZERO);
        if ((flags & 1) == 0) {
            value = BigInteger.ZERO;
        }
        if (value.signum() > 0) {
            var instead = instead(sessions, sessions.size() - 1, occupiedFrom - first, power, load);
            for (int t = 0; t < load.size(); t++) {
                together.set(t, together.get(t).add(instead.get(t)).subtract(load.get(t)));
            }
        }
        boolean owes = (flags & 2) != 0 && to >= departure && promisedWh > energyWh;
        int shortfallWh = owes ? promisedWh - energyWh : 0;
        BigDecimal vat = BigDecimal.valueOf(vatE4, 4);
        BigDecimal cost = down(price(energyWh, priceE4));
        BigDecimal margin = down(price(energyWh, marginE4));
        BigDecimal driversVat = down(cost.add(margin).multiply(vat));
        bill.putInt(energyWh).putInt(greenWh).putInt(promisedWh).putInt(shortfallWh);
        bill.putInt(priceE4).putInt(marginE4).putShort(vatE4);
        bill.putLong(cost.longValueExact()).putLong(margin.longValueExact()).putLong(driversVat.longValueExact());
        bill.putLong(cost.add(down(cost.multiply(vat))).longValueExact());
        bill.putLong(cost.add(margin).add(driversVat).longValueExact());
        bill.putLong(value.longValueExact());
        bill.putLong(down(down(price(shortfallWh, priceE4)).multiply(compensationShare))
                .longValueExact());
        bill.putLong(0).put(records);
        return value;
    }

    /** The load, had the plug taken what its sessions from a number on took one Wh after the other, at full power from the start. */
    private static List<BigInteger> instead(
            List<List<Integer>> sessions, int number, int from, int power, List<BigInteger> load) {
        var instead = new ArrayList<>(load);
        int t = from;
        long at = (long) from * power;
        for (int n = 0; n < sessions.size(); n++) {
            for (int wh : sessions.get(n)) {
                if (n >= number) {
                    instead.set(t, instead.get(t).subtract(BigInteger.valueOf(wh)));
                }
                for (int i = 0; i < wh; i++, at++) {
                    int then = (int) (at / power);
                    if (n >= number && then < instead.size()) {
                        instead.set(then, instead.get(then).add(BigInteger.ONE));
                    }
                }
                t++;
            }
        }
        return instead;
    }

    private static List<Integer> readings(ByteBuffer in, int bytes) {
        var readings = new ArrayList<Integer>();
        for (int n = in.getShort(); n > 0; n--) {
            readings.add(in.getInt());
            in.position(in.position() + bytes - 4);
        }
        return readings;
    }

    /** Euros of an energy, in millionths. */
    private static BigDecimal price(int wh, int perKWhE4) {
        return BigDecimal.valueOf(wh).multiply(BigDecimal.valueOf(perKWhE4)).divide(BigDecimal.TEN);
    }

    private static BigDecimal down(BigDecimal value) {
        return value.setScale(0, RoundingMode.DOWN);
    }

    private static BigInteger squares(List<BigInteger> load) {
        return load.stream().map(wh -> wh.multiply(wh)).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static byte[] take(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }
}
