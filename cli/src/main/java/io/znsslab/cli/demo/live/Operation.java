package io.znsslab.cli.demo.live;

/** An operation of the store whose duration the demo measures. */
public enum Operation {
    STORE("store", "allocate an object and write its bytes"),
    DEMOTE("demote", "close an epoch, until all of it is durable on the device"),
    READ("read", "read a cold object, without promoting it"),
    PROMOTE("promote", "resolve a cold object, until it is in DRAM");

    private final String word;
    private final String meaning;

    Operation(String word, String meaning) {
        this.word = word;
        this.meaning = meaning;
    }

    /** Its name in tables and JSON. */
    public String word() {
        return word;
    }

    /** What is measured, in a phrase. */
    public String meaning() {
        return meaning;
    }
}
