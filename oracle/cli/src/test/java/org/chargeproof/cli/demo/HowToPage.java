package org.chargeproof.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chargeproof.console.input.ProjectFolder;

/** A page of docs/how-to whose readers run what stands in it: its fenced blocks, and the indented ones with what they print. */
record HowToPage(String text, List<Block> blocks) {
    private static final Pattern PARTS = Pattern.compile("(?ms)^```(\\w+) ?(\\S*)\n(.*?)^```$|((?:^ {4}\\S[^\n]*\n)+)");

    private static final Pattern SPACES = Pattern.compile(" +");

    /**
     * A block.
     *
     * @param language such as {@code sh}
     * @param name of a file or a terminal; empty for none
     * @param printed lines that are said to be printed, each with {@code ...} for what is another one each time
     */
    record Block(String language, String name, String content, List<String> printed) {}

    /** Reads a page. */
    static HowToPage read(String name) {
        try {
            String text = Files.readString(
                    ProjectFolder.find().resolve(Path.of("docs", "how-to")).resolve(name));
            var blocks = new ArrayList<Block>();
            var parts = PARTS.matcher(text);
            while (parts.find()) {
                if (parts.group(4) == null) {
                    blocks.add(new Block(parts.group(1), parts.group(2), parts.group(3), new ArrayList<>()));
                } else if (!blocks.isEmpty()) {
                    parts.group(4)
                            .lines()
                            .map(String::strip)
                            .forEach(blocks.getLast().printed()::add);
                }
            }
            return new HowToPage(text, blocks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a line is what a page says is printed, whatever stands between its words. */
    static boolean isAs(String said, String line) {
        String pattern = Pattern.compile("...", Pattern.LITERAL)
                .splitAsStream(SPACES.matcher(said).replaceAll(" ") + "\n")
                .map(part -> part.strip().isEmpty() ? part.replace("\n", "") : Pattern.quote(part.replace("\n", "")))
                .collect(Collectors.joining(".*"));
        return Pattern.matches(pattern, SPACES.matcher(line.strip()).replaceAll(" "));
    }
}
