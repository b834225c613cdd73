package org.chargeproof.meter;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Files of records: one a line, or the XML of S.A.F.E.'s transparency software. */
public final class RecordFile {
    /** Of a file. */
    public static final int MOST_CHARACTERS = 4_194_304;

    private static final Pattern NEXT_RECORD = Pattern.compile("(?m)(?=^[ \\t]*OCMF\\|)");
    private static final int MOST_DEPTH = 8;

    /**
     * A record out of a file.
     *
     * @param publicKey as the file has it, for those who have no better source; null when it has none
     */
    public record Entry(OcmfRecord record, @Nullable String publicKey) {}

    private RecordFile() {}

    /**
     * Reads a file's text.
     *
     * @throws InvalidRecordException when it is too long, has no record, or one that cannot be read
     */
    public static List<Entry> parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new InvalidRecordException("the file has " + text.length() + " characters; at most " + MOST_CHARACTERS
                    + ". Give the records of one session.");
        }
        String content = text.strip();
        List<Entry> entries;
        if (content.startsWith("<")) {
            entries = parseXml(content);
        } else if (content.startsWith("OCMF|")) {
            // its JSON may be spread over lines
            entries = entries(NEXT_RECORD.splitAsStream(content).toList());
        } else {
            entries = entries(content.lines().toList());
        }
        if (entries.isEmpty()) {
            throw new InvalidRecordException(
                    "the file has no record. It has one a line, or is the XML of the transparency software.");
        }
        return entries;
    }

    private static List<Entry> entries(List<String> texts) {
        var entries = new ArrayList<Entry>();
        for (String text : texts) {
            if (!text.isBlank()) {
                requireRoom(entries);
                entries.add(new Entry(OcmfRecord.parse(text), null));
            }
        }
        return entries;
    }

    private static void requireRoom(List<Entry> entries) {
        if (entries.size() == SignedSession.MOST_RECORDS) {
            throw new InvalidRecordException("the file has more than " + SignedSession.MOST_RECORDS
                    + " records. Give the records of one session.");
        }
    }

    private static List<Entry> parseXml(String text) {
        var factory = XMLInputFactory.newDefaultFactory();
        // no entities: a few lines would become gigabytes, or another file of this machine
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            var xml = factory.createXMLStreamReader(new StringReader(text));
            try {
                return parse(xml);
            } finally {
                xml.close();
            }
        } catch (XMLStreamException e) {
            throw new InvalidRecordException(
                    "the file is no XML as it must be: "
                            + InvalidRecordException.shown(
                                    String.valueOf(e.getMessage()).replace('\n', ' '))
                            + ". Save it again where it comes from.",
                    e);
        }
    }

    private static List<Entry> parse(XMLStreamReader xml) throws XMLStreamException {
        var entries = new ArrayList<Entry>();
        var element = new StringBuilder();
        String record = null;
        String key = null;
        int depth = 0;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    if (depth > MOST_DEPTH) {
                        throw new InvalidRecordException("the file's XML is nested deeper than " + MOST_DEPTH
                                + " elements; such a file is not of the transparency software.");
                    }
                    element.setLength(0);
                    if (xml.getLocalName().equals("value")) {
                        record = null;
                        key = null;
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> element.append(xml.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    switch (xml.getLocalName()) {
                        case "signedData", "encodedData" -> record = element.toString();
                        case "publicKey" -> key = element.toString();
                        case "value" -> {
                            if (record != null && !record.isBlank()) {
                                requireRoom(entries);
                                entries.add(
                                        new Entry(OcmfRecord.parse(record), key == null || key.isBlank() ? null : key));
                            }
                        }
                        default -> {}
                    }
                    element.setLength(0);
                }
                default -> {}
            }
        }
        return entries;
    }

    /** The XML that S.A.F.E.'s transparency software opens. */
    public static String xml(List<OcmfRecord> records, MeterPublicKey key) {
        var text = new StringWriter();
        try {
            var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("values");
            for (int i = 0; i < records.size(); i++) {
                xml.writeStartElement("value");
                xml.writeAttribute("transactionId", "1");
                xml.writeAttribute(
                        "context",
                        i == 0
                                ? "Transaction.Begin"
                                : i == records.size() - 1 ? "Transaction.End" : "Transaction.Update");
                xml.writeStartElement("signedData");
                xml.writeAttribute("format", "OCMF");
                xml.writeAttribute("encoding", "plain");
                xml.writeCharacters(records.get(i).text());
                xml.writeEndElement();
                xml.writeStartElement("publicKey");
                xml.writeAttribute("encoding", "plain");
                xml.writeCharacters(key.text());
                xml.writeEndElement();
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
