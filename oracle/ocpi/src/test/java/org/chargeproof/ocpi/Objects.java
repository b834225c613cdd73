package org.chargeproof.ocpi;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.AuthMethod;
import org.chargeproof.ocpi.model.CdrToken;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.SessionStatus;
import org.chargeproof.ocpi.model.TokenType;

/** Objects for tests. */
public final class Objects {
    public static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private Objects() {}

    public static Session session(String party, String id, String kwh, Instant lastUpdated) {
        return new Session(
                "DE",
                party,
                id,
                NOON,
                null,
                new BigDecimal(kwh),
                new CdrToken("DE", "EMS", "123abc", TokenType.RFID, "DE-EMS-C12345678"),
                AuthMethod.WHITELIST,
                null,
                "LOC1",
                "3256",
                "1",
                null,
                "EUR",
                List.of(),
                null,
                SessionStatus.ACTIVE,
                lastUpdated);
    }

    public static Location location(String party, String id, Instant lastUpdated) {
        String json = """
                {"country_code":"DE","party_id":"%s","id":"%s","publish":false,"address":"Street 1","city":"Town",
                 "country":"DEU","coordinates":{"latitude":"51.047599","longitude":"3.729944"},"time_zone":"Europe/Berlin",
                 "evses":[{"uid":"3256","status":"AVAILABLE","capabilities":["CHARGING_PROFILE_CAPABLE"],"connectors":[
                  {"id":"1","standard":"IEC_62196_T2","format":"SOCKET","power_type":"AC_3_PHASE","max_voltage":230,
                   "max_amperage":32,"last_updated":"2026-11-26T12:00:00Z"}],"last_updated":"2026-11-26T12:00:00Z"}],
                 "last_updated":"%s"}""".formatted(party, id, lastUpdated);
        return OcpiJson.read(OcpiJson.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)), Location.class);
    }
}
