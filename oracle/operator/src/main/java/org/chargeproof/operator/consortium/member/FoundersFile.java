package org.chargeproof.operator.consortium.member;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.chargeproof.console.input.BadInputException;

/** Reads with whom a network begins. */
public final class FoundersFile {
    /** As in the contracts. */
    private static final int MOST = 31;

    private static final Set<String> FIELDS = Set.of("name", "owner", "oracle", "meter");
    private static final String EXAMPLE =
            "[{\"name\": \"Aurora\", \"owner\": \"0x...\", \"oracle\": \"0x...\", \"meter\": \"0x...\"}, ...]";

    private FoundersFile() {}

    /**
     * Reads and checks founders.
     *
     * @throws BadInputException when the contract would refuse them
     */
    public static List<Founder> read(Path file) {
        JsonNode all = parse(file);
        if (!all.isArray() || all.isEmpty()) {
            throw new BadInputException(file + " holds no founders. It must be a list: " + EXAMPLE);
        }
        if (all.size() > MOST) {
            throw new BadInputException(
                    file + " has " + all.size() + " founders; a network has at most " + MOST + " members.");
        }
        var founders = new ArrayList<Founder>();
        var accounts = new HashMap<String, String>();
        for (JsonNode json : all) {
            String which = file + ": founder " + (founders.size() + 1);
            var unknown = new TreeSet<String>();
            json.fieldNames().forEachRemaining(unknown::add);
            unknown.removeAll(FIELDS);
            if (!unknown.isEmpty()) {
                throw new BadInputException(which + " has '" + unknown.first()
                        + "', which means nothing here. It must look like this: " + EXAMPLE);
            }
            String name = AccountInput.name(which + ": name", text(which, json, "name"));
            which += " (" + name + ")";
            var founder = new Founder(
                    name, address(which, json, "owner"), address(which, json, "oracle"), address(which, json, "meter"));
            AccountInput.claim(accounts, founder.owner(), which + ": owner");
            AccountInput.claim(accounts, founder.oracle(), which + ": oracle");
            AccountInput.claim(accounts, founder.meter(), which + ": meter");
            founders.add(founder);
        }
        return founders;
    }

    private static JsonNode parse(Path file) {
        try {
            return new ObjectMapper().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new BadInputException(file + " is no JSON: " + e.getOriginalMessage() + ". It must be " + EXAMPLE, e);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the founders in " + file + " (" + e.getClass().getSimpleName()
                            + "). The file must hold " + EXAMPLE,
                    e);
        }
    }

    private static String address(String which, JsonNode json, String field) {
        return AccountInput.address(which + ": " + field, text(which, json, field));
    }

    private static String text(String which, JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw new BadInputException(which + " lacks '" + field + "'. It must look like this: " + EXAMPLE);
        }
        return json.path(field).asText();
    }
}
