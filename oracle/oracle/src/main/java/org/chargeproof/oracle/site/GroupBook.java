package org.chargeproof.oracle.site;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.chargeproof.api.OperatorInputs.ForecastStep;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be known of a group after a restart, in a file: the forecast that its operator's system put in, which the ledger does not
 * hold, what was proposed for it, and what its battery is told. A file that cannot be read counts as none, and the log says so.
 */
final class GroupBook {
    private static final Logger LOG = LoggerFactory.getLogger(GroupBook.class);
    private static final long MOST_BYTES = 1L << 20;
    private static final int KEPT_TIMESTEPS = 8;
    private static final int NUMBERS_OF_STEP = 4;
    private static final int MOST_PROPOSALS = 16;

    private final Path file;
    private final ObjectMapper json = new ObjectMapper();
    private final TreeMap<Integer, ForecastStep> forecast = new TreeMap<>();
    private final TreeMap<Integer, Integer> batteryWh = new TreeMap<>();
    private final TreeMap<Integer, List<Proposed>> proposals = new TreeMap<>();
    private final boolean isNew;

    /**
     * What the battery is to take in a timestep if it is planned with this forecast.
     *
     * @param batteryWh below 0 for what it is to give
     */
    record Proposed(ForecastStep step, int batteryWh) {}

    /** What the file holds: by timestep, the four numbers of a step, what the battery takes, and what was proposed. */
    private record Content(
            Map<Integer, int[]> forecast,
            Map<Integer, Integer> batteryWh,
            @Nullable Map<Integer, List<Proposed>> proposals) {}

    GroupBook(Path folder, int group) {
        this.file = folder.resolve("group-" + group + ".json");
        this.isNew = !read();
    }

    private boolean read() {
        if (!Files.exists(file)) {
            return false;
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("it has more than " + MOST_BYTES + " bytes");
            }
            var content = json.readValue(Files.readString(file), Content.class);
            content.forecast().forEach((timestep, step) -> {
                if (step.length == NUMBERS_OF_STEP) {
                    forecast.put(timestep, new ForecastStep(step[0], step[1], step[2], step[3]));
                }
            });
            batteryWh.putAll(content.batteryWh());
            var known = content.proposals();
            if (known != null) {
                known.forEach((timestep, all) -> proposals.put(timestep, new ArrayList<>(all)));
            }
            return true;
        } catch (IOException e) {
            LOG.error("{} cannot be read, so it counts as empty: {}", file, e.toString());
            return false;
        }
    }

    /** Whether nothing was known before. */
    boolean isNew() {
        return isNew;
    }

    /** The forecast that the operator's system put in, by timestep. */
    NavigableMap<Integer, ForecastStep> forecast() {
        return forecast;
    }

    /** What the battery takes in a timestep, below 0 for what it gives; 0 where nothing was said. */
    int batteryWh(int timestep) {
        return batteryWh.getOrDefault(timestep, 0);
    }

    /** Says what the battery takes in a timestep. */
    void setBatteryWh(int timestep, int wh) {
        batteryWh.put(timestep, wh);
    }

    /** Keeps what is proposed for a timestep, before it is sent: the newest comes last. */
    void propose(int timestep, Proposed proposed) {
        var all = proposals.computeIfAbsent(timestep, key -> new ArrayList<>());
        all.removeIf(before -> before.step().equals(proposed.step()));
        all.add(proposed);
        if (all.size() > MOST_PROPOSALS) {
            all.removeFirst();
        }
    }

    /** What was proposed for a timestep, the newest last; empty when nothing was. */
    List<Proposed> proposals(int timestep) {
        return List.copyOf(proposals.getOrDefault(timestep, List.of()));
    }

    /** Forgets what is over, and writes the rest. */
    void write(int now) {
        forecast.headMap(now - KEPT_TIMESTEPS).clear();
        batteryWh.headMap(now - KEPT_TIMESTEPS).clear();
        proposals.headMap(now - KEPT_TIMESTEPS).clear();
        var steps = new TreeMap<Integer, int[]>();
        forecast.forEach((timestep, s) -> steps.put(
                timestep, new int[] {s.expectedLoadWh(), s.reservedLoadWh(), s.expectedPvWh(), s.greenClass()}));
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(
                    beside,
                    json.writeValueAsString(new Content(steps, batteryWh, proposals))
                            .getBytes(StandardCharsets.UTF_8));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
